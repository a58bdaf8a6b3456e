import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type GitServer, startGitServer } from '../../../test/support/git-server.ts';
import {
  createGitPlace,
  createRepository,
  type GitPlace,
  type TestRepository,
} from '../../../test/support/repositories.ts';
import type { RepositoryToken } from '../../domain/repository.ts';
import { clone } from './clone.ts';
import { listHeads } from './list-heads.ts';
import { readCommit } from './read-commit.ts';

const secret = `p@ss/word+'"$(x)%s\\n é`;
const token: RepositoryToken = { kind: 'accessToken', value: secret };
/** Everything that would give the secret away. */
const forms = [
  secret,
  encodeURIComponent(secret),
  Buffer.from(`x-access-token:${secret}`).toString('base64'),
];

let repository: TestRepository;
let place: GitPlace;
let server: GitServer;
let folder: string;
let commands: string[];
let head: string;

beforeEach(async () => {
  repository = await createRepository();
  head = await repository.commit('main', { 'a.txt': 'one' });
  place = await createGitPlace();
  folder = join(place.folder, 'shop');
  commands = [];
  const login = { username: 'x-access-token', password: secret };
  server = await startGitServer(repository.folder, {
    login: { ...login, password: Buffer.from(secret).toString('latin1') },
    onRequest: async () => void commands.push(...(await commandLines())),
  });
});
afterEach(async () => {
  await server.close();
  await place.remove();
  await repository.remove();
});

const cloned = (access = place.access(server.url, { token })) =>
  clone(access, { branchName: 'main', folder, log: place.log });

describe('a token', () => {
  test('opens the repository, and is cleaned up', async () => {
    expect((await cloned()).id).toBe(head);
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('one');
    const cleanedUp = place.lines.indexOf('INFO: Successfully cleaned up Git credentials');
    expect(place.lines[cleanedUp + 1]).toMatch(/# Checking for Git submodules/);
  });

  test('is in no argument, no line of the log and no file', async () => {
    const wrapper = join(place.folder, 'git');
    const trace = join(place.folder, 'arguments');
    const [real] = execFileSync('which', ['git'], { encoding: 'utf8' }).split('\n');
    await writeFile(wrapper, `#!/bin/sh\nprintf '%s\\n' "$@" >> '${trace}'\nexec ${real} "$@"\n`, {
      mode: 0o755,
    });
    const path = `${place.folder}:${process.env.PATH}`;
    await cloned(place.access(server.url, { token, path }));
    // What is looked through is there: git's commands as the test and as the host saw them.
    const seen = await readFile(trace, 'utf8');
    expect(seen).toContain('--branch=main');
    expect(commands.some((line) => line.includes('remote-http') && line.includes(server.url))).toBe(true);
    const texts = [
      seen,
      ...commands,
      ...place.lines,
      ...(await filesBelow(folder)),
      ...(await filesBelow(place.home)),
    ];
    expect(texts.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
  });

  test('is not sent where nobody asks for it', async () => {
    const open = await startGitServer(repository.folder);
    await cloned(place.access(open.url, { token }));
    expect(open.requests.length).toBeGreaterThan(1);
    expect(open.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    await open.close();
  });

  test('is not sent to another server that the repository redirects to', async () => {
    const asked: (string | undefined)[] = [];
    const other = await startGitServer(repository.folder, {
      login: { username: 'nobody', password: 'x' },
      onRequest: ({ authorization }) => asked.push(authorization),
    });
    const redirecting = createServer(({ url = '' }, response) => {
      response.writeHead(302, { location: other.origin + url }).end();
    });
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const address = redirecting.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/repository.git`;
    await expect(cloned(place.access(url, { token }))).rejects.toThrow('could not read Username');
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((authorization) => authorization !== undefined)).toEqual([]);
    redirecting.close();
    await other.close();
  });

  test('that is wrong fails the build, and is not shown', async () => {
    const wrong: RepositoryToken = { kind: 'oauthToken', value: 'wrong-secret' };
    const failure = await cloned(place.access(server.url, { token: wrong })).catch((error: Error) => error);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/\(fatal: Authentication failed for '.*'\)$/),
    });
    expect(JSON.stringify([failure, place.lines])).not.toContain('wrong-secret');
  });

  test('that is missing fails the build without a question', async () => {
    await expect(cloned(place.access(server.url))).rejects.toThrow('(fatal: could not read Username');
  });

  test('with a line break in it is not used', async () => {
    const access = place.access(server.url, { token: { kind: 'accessToken', value: 'x\nhost=evil' } });
    await expect(cloned(access)).rejects.toThrow('control character');
    expect(server.requests).toEqual([]);
  });

  test('lets branches be listed and commits be read', async () => {
    const access = place.access(server.url, { token });
    expect([...(await listHeads(access))]).toEqual([['main', head]]);
    const scratch = join(place.folder, 'scratch');
    expect((await readCommit(access, { branchName: 'main' }, scratch)).id).toBe(head);
  });

  test('is not shown in what the server says', async () => {
    const echo = await startGitServer(repository.folder, {
      login: { username: 'x-access-token', password: 'shown-secret' },
    });
    const url = `${echo.origin}/shown-secret/${encodeURIComponent('x-access-token:shown-secret')}`;
    const access = place.access(url, { token: { kind: 'accessToken', value: 'shown-secret' } });
    const failure = await listHeads(access).catch((error: Error) => error.message);
    expect(failure).toMatch(/\/\*\*\*\*\/\*\*\*\*/);
    await echo.close();
  });
});

describe('a login in the address', () => {
  const withLogin = () => server.url.replace('//', `//x-access-token:${encodeURIComponent(secret)}@`);

  test('opens the repository, and is not kept in the checkout', async () => {
    await cloned(place.access(withLogin()));
    expect(place.lines[0]).toBe(`INFO: # Cloning repository: ${server.url}`);
    expect(await readFile(join(folder, '.git', 'config'), 'utf8')).toContain(`url = ${server.url}\n`);
    const texts = [...commands, ...place.lines, ...(await filesBelow(folder))];
    expect(texts.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
  });

  test('gives way to a token', async () => {
    const url = server.url.replace('//', '//me:other@');
    expect((await cloned(place.access(url, { token }))).id).toBe(head);
  });
});

/** Of all programs on this host. */
async function commandLines(): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
}

async function filesBelow(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
}
