import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createGitPlace,
  createRepository,
  type GitPlace,
  type TestRepository,
} from '../../../test/support/repositories.ts';
import { listHeads } from './list-heads.ts';

let repository: TestRepository;
let place: GitPlace;

beforeEach(async () => {
  repository = await createRepository();
  place = await createGitPlace();
});
afterEach(async () => {
  await place.remove();
  await repository.remove();
});

/** Lists the heads through an ssh that notes its arguments and runs what it is told on this host. */
async function headsBySsh(url: string) {
  const trace = join(place.folder, 'arguments');
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" >> '${trace}'\nfor command; do :; done\neval "$command"\n`;
  await writeFile(join(place.folder, 'ssh'), script, { mode: 0o755 });
  const access = place.access(url, { path: `${place.folder}:${process.env.PATH}` });
  const heads = await listHeads(access);
  return { heads, seen: (await readFile(trace, 'utf8')).split('\n') };
}

test.each([
  ['git@git.test:', 'git@git.test'],
  ['ssh://git:secret@git.test:2222', 'git@git.test'],
])('a repository at %s is reached by ssh, which asks nothing and takes no unknown host', async (at, host) => {
  const id = await repository.commit('main', { 'a.txt': 'one' });
  const { heads, seen } = await headsBySsh(at + repository.folder);
  expect([...heads]).toEqual([['main', id]]);
  expect(seen).toContain(host);
  expect(seen).toEqual(expect.arrayContaining(['-oBatchMode=yes', '-oStrictHostKeyChecking=yes']));
  expect(seen.join('\n')).not.toContain('secret');
});

test('why ssh fails is told', async () => {
  const script = '#!/bin/sh\necho "git@git.test: Permission denied (publickey)." >&2\nexit 255\n';
  await writeFile(join(place.folder, 'ssh'), script, { mode: 0o755 });
  const access = place.access('git@git.test:shop', { path: `${place.folder}:${process.env.PATH}` });
  await expect(listHeads(access)).rejects.toThrow('(git@git.test: Permission denied (publickey).)');
});
