import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pollUntil } from '../../../test/support/poll.ts';
import { createGitPlace, type GitPlace } from '../../../test/support/repositories.ts';
import { BuildFailed } from '../build-failed.ts';
import { createLines } from './lines.ts';
import { maskOf } from './mask.ts';
import { runGit } from './run-git.ts';

let place: GitPlace;

beforeEach(async () => {
  place = await createGitPlace();
});
afterEach(() => place.remove());

/** Runs a script in git's place. */
async function run(script: string, over = {}) {
  await writeFile(join(place.folder, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const { signal } = new AbortController();
  const env = { PATH: `${place.folder}:${process.env.PATH}` };
  return runGit({ args: ['a', 'b c'], cwd: place.folder, env, signal, time: 60_000, most: 1000, ...over });
}

describe('git', () => {
  test('gets its arguments and environment as they are, and nothing to read', async () => {
    const { ok, stdout } = await run('echo "$1,$2"; env | grep -c "^HOME="; cat');
    expect(ok).toBe(true);
    expect(stdout.toString()).toBe('a,b c\n0\n');
  });

  test('that fails is told with the end of what it said', async () => {
    const lines: string[] = [];
    const end = await run('seq 1 20000 >&2; echo last >&2; exit 3', {
      onLine: (line: string) => lines.push(line),
    });
    expect(end.ok).toBe(false);
    expect(end.errors).toHaveLength(64 * 1024);
    expect(end.errors.endsWith('20000\nlast\n')).toBe(true);
    expect(lines).toHaveLength(20_001);
  });

  test('is ended when it says more than is taken', async () => {
    const end = await run('yes');
    expect(end).toMatchObject({ ok: false, isCut: true });
    expect(end.stdout).toHaveLength(1000);
  });

  test('is ended when it takes too long', async () => {
    const failure = new BuildFailed('git took more than 0.3 seconds');
    await expect(run('sleep 1000', { time: 300 })).rejects.toEqual(failure);
  });

  test('is ended with what it started', async () => {
    const stopper = new AbortController();
    const script = 'sleep 1000 & echo $! > began; mv began child; sleep 1000';
    const settled = run(script, { signal: stopper.signal }).catch((error: unknown) => error);
    const child = await pollUntil(
      () => readFile(join(place.folder, 'child'), 'utf8').catch(() => ''),
      (id) => id !== '',
    );
    stopper.abort(new Error('stopped'));
    expect(await settled).toEqual(new Error('stopped'));
    // A program that was killed may still be waited for; it has no command any more.
    const command = () => readFile(`/proc/${child.trim()}/cmdline`, 'utf8').catch(() => '');
    await pollUntil(command, (line) => line === '');
  });

  test('has ended although something that it left behind holds its outputs', async () => {
    const { stdout } = await run('setsid sh -c "echo \\$\\$ > left; exec sleep 1000" & echo done');
    expect(stdout.toString()).toBe('done\n');
    process.kill(Number(await readFile(join(place.folder, 'left'), 'utf8')));
  });
});

describe('lines', () => {
  function linesOf(...pieces: string[]): string[] {
    const found: string[] = [];
    const lines = createLines((line) => found.push(line));
    for (const piece of pieces) lines.add(piece);
    lines.end();
    return found;
  }

  test('are put together from pieces, without control characters', () => {
    expect(linesOf('a', 'b\nc\r', '\n\nd \u001b[31m\te')).toEqual(['ab', 'c', 'd [31m e']);
  });

  test('have a bound each and together', () => {
    expect(linesOf('x'.repeat(5000))).toEqual(['x'.repeat(4000)]);
    const many = linesOf(...Array.from({ length: 400 }, () => `${'x'.repeat(4000)}\n`));
    expect(many).toHaveLength(262 + 1);
    expect(many.at(-1)).toBe('… more lines are not shown');
  });
});

test.each([
  [{ username: 'me', password: 's/t' }, 'a s/t b s%2Ft c me:s/t d', 'a **** b **** c **** d'],
  [{ username: 'me', password: 's/t' }, `Basic ${btoa('me:s/t')}`, 'Basic ****'],
  [{ username: 'token', password: '' }, 'a token', 'a ****'],
  [undefined, 'https://me:x@host/ and me@host', 'https://****@host/ and me@host'],
])('a login %j is hidden in %j', (login, text, masked) => {
  expect(maskOf(login)(text)).toBe(masked);
});
