import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedPages } from './docs.ts';

const root = join(import.meta.dirname, '..');
for (const [page, text] of Object.entries(generatedPages(root))) writeFileSync(join(root, page), text);
