import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../../test/support/unpack-big-archive.ts', import.meta.url));

test('an archive of 200 MB is unpacked in a quarter of that, or less, of memory', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, '200']);
  const { size, growth, isWhole, files } = JSON.parse(stdout);
  expect({ isWhole, files }).toEqual({ isWhole: true, files: 2 });
  expect(size).toBeGreaterThan(200_000_000);
  expect(growth).toBeLessThan(50_000_000);
});
