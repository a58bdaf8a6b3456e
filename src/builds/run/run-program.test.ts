import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  collectText,
  countRunning,
  createBuild,
  sandboxes,
  uniqueTime,
  until,
} from '../../../test/support/build-shell.ts';
import { BuildFailed } from '../build-failed.ts';
import { type ProgramOptions, runProgram } from './run-program.ts';

let build: ReturnType<typeof createBuild>;
let time: string;

beforeEach(() => {
  build = createBuild();
  time = uniqueTime();
});

afterEach(() => build.remove());

describe.each(sandboxes)('a program (%s)', (sandbox) => {
  const run = (file: string, args: readonly string[], more: Partial<ProgramOptions> = {}) => {
    const { folder, limits, environment, workingDirectory, signal, onOutput } = build.options(sandbox);
    const confinement = { folder, limits, sandbox };
    return runProgram({ file, args, workingDirectory, environment, signal, onOutput, confinement, ...more });
  };

  test('has its arguments as they are, and its status', async () => {
    expect(
      await run('sh', ['-c', 'printf "%s|" "$@"; echo >&2; exit 4', 'sh', '', 'a b', '$x', '*']),
    ).toEqual({ status: 4 });
    expect(build.output).toEqual({ stdout: '|a b|$x|*|', stderr: '\n' });
  });

  test('that does not exist ends with a status', async () => {
    expect((await run('no-such-program', [])).status).not.toBe(0);
    expect(build.output.stderr).toContain('no-such-program');
  });

  test('has nothing to read, or what it is given', async () => {
    expect(await run('cat', [])).toEqual({ status: 0 });
    expect(build.output.stdout).toBe('');
    const text = 'line\n'.repeat(200_000);
    const kept = collectText(2e6);
    expect(await run('cat', [], { input: Readable.from([text]), consume: kept.consume })).toEqual({
      status: 0,
    });
    expect(kept.text() === text).toBe(true);
  });

  test('packs and unpacks', async () => {
    for (let index = 0; index < 30; index++) {
      writeFileSync(join(build.folder, 'src', `${index}`), `${index}`.repeat(50_000));
    }
    const archive = new PassThrough();
    const names = Readable.from(Array.from({ length: 30 }, (_, index) => `./${index}\0`));
    const packed = run('tar', ['--null', '-T', '-', '-cf', '-'], {
      input: names,
      consume: (stdout) => pipeline(stdout, archive),
    });
    const workingDirectory = join(build.folder, 'home');
    const unpacked = run('tar', ['-xf', '-', '--no-same-owner'], { input: archive, workingDirectory });
    expect(await Promise.all([packed, unpacked])).toEqual([{ status: 0 }, { status: 0 }]);
    expect(readFileSync(join(workingDirectory, '29'), 'utf8')).toBe('29'.repeat(50_000));
  });

  test('need not read all, and need not be read to the end', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    );
    expect(await run('head', ['-c', '10'], { input: endless })).toEqual({ status: 0 });
    expect(endless.destroyed).toBe(true);
    let size = 0;
    const consume = async (stdout: Readable) => {
      stdout.once('data', (chunk: Buffer) => {
        size = chunk.length;
      });
      await until(() => size > 0);
    };
    expect(await run('head', ['-c', '3000000', '/dev/zero'], { consume })).toEqual({ status: 0 });
    expect(size).toBeGreaterThan(0);
  });

  test('that writes more text than is wanted is ended', async () => {
    const kept = collectText(1000);
    await expect(run('yes', [time], { consume: kept.consume })).rejects.toThrow('more than 1000 bytes');
    expect(countRunning(time)).toBe(0);
  });

  test('whose input fails is ended', async () => {
    const broken = new PassThrough();
    const outcome = run('sh', ['-c', 'cat; exec sleep "$0"', time], { input: broken });
    broken.destroy(new Error('unreadable'));
    await expect(outcome).rejects.toThrow('unreadable');
    expect(countRunning(time)).toBe(0);
  });

  test('that is aborted ends with all that it started, and its output does not look whole', async () => {
    const consumed: unknown[] = [];
    const consume = (stdout: Readable) =>
      stdout.toArray().then(
        () => consumed.push('whole'),
        (error) => consumed.push(error.message),
      );
    const outcome = run('sh', ['-c', 'echo a; setsid sleep "$0" & sleep "$0"', time], { consume });
    outcome.catch(() => {});
    await until(() => countRunning(time) >= 3);
    build.abort(new Error('stopped'));
    await expect(outcome).rejects.toThrow('stopped');
    expect(consumed).toEqual(['The program was ended.']);
    expect(countRunning(time)).toBe(0);
    const input = new PassThrough();
    await expect(run('true', [], { input })).rejects.toThrow('stopped');
    expect(input.destroyed).toBe(true);
  });

  test('leaves nothing that runs, and holds nobody up', async () => {
    expect(await run('sh', ['-c', 'setsid sleep "$0" & sleep "$0" & echo done', time])).toEqual({
      status: 0,
    });
    expect(build.output.stdout).toBe('done\n');
    expect(countRunning(time)).toBe(0);
  });

  test('does not end with, nor end, the session of its build', async () => {
    const shell = await build.open(sandbox);
    await shell.run(`sleep ${time} &`);
    expect(await run('true', [], { id: build.id })).toEqual({ status: 0 });
    expect(countRunning(time)).toBe(1);
    expect(await shell.run('kill %1')).toEqual({ status: 0, hasEnded: false });
    await shell.close();
  });

  test('keeps limits', async () => {
    const confinement = { folder: build.folder, sandbox, limits: { memory: 4e9, processes: 10, disk: 1e9 } };
    const outcome = run('sh', ['-c', 'for i in 1 2 3 4 5 6 7 8 9 10 11; do sleep "$0" & done; wait', time], {
      confinement,
    });
    await expect(outcome).rejects.toThrow(BuildFailed);
    expect(countRunning(time)).toBe(0);
  });
});

test('a program without confinement may read all that the server may', async () => {
  const { environment, workingDirectory, signal } = build.options('none');
  writeFileSync(join(build.data, 'file'), 'text');
  const kept = collectText(100);
  const options = { environment, workingDirectory, signal, consume: kept.consume };
  expect(await runProgram({ file: 'cat', args: [join(build.data, 'file')], ...options })).toEqual({
    status: 0,
  });
  expect(kept.text()).toBe('text');
});
