import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchBuild } from './build.ts';
import { benchCreate, benchMemory } from './create.ts';
import { benchDeploy } from './deploy.ts';
import { benchGet } from './get.ts';
import { benchList } from './list.ts';
import { benchSites } from './sites.ts';
import { benchStart } from './start.ts';

/**
 * npm run bench [start|get|create|memory|list|sites|deploy|build …]: ratios measured side by side in one run. It reads Linux's
 * /proc; BACKLINE_BENCH_FOLDER names a folder on the disk to measure, where the temporary folder is none.
 */
const sections = {
  start: benchStart,
  get: benchGet,
  create: benchCreate,
  memory: benchMemory,
  list: benchList,
  sites: benchSites,
  deploy: benchDeploy,
  build: benchBuild,
};

const program = join(import.meta.dirname, '..', 'dist', 'main.js');
const folder = mkdtempSync(join(process.env.BACKLINE_BENCH_FOLDER ?? tmpdir(), 'backline-bench-'));
const wanted = process.argv.slice(2);
process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; medians\n`);
try {
  for (const [name, bench] of Object.entries(sections)) {
    if (wanted.length === 0 || wanted.includes(name)) await bench(program, folder);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
