import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countRunning, createBuild, sandboxes, uniqueTime } from '../../../test/support/build-shell.ts';
import { BuildFailed } from '../build-failed.ts';
import type { BuildShell } from './shell.ts';

let build: ReturnType<typeof createBuild>;
let shell: BuildShell | undefined;
let time: string;

beforeEach(() => {
  build = createBuild();
  time = uniqueTime();
});

afterEach(async () => {
  await shell?.close();
  shell = undefined;
  build.remove();
});

const usual = { memory: 4e9, processes: 500, disk: 1e9 };
const MiB = 1024 ** 2;

/** Runs until a limit ends it. @returns why it failed */
async function failureOf(command: string): Promise<unknown> {
  const error = await shell?.run(command).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BuildFailed);
  expect(countRunning(time)).toBe(0);
  await expect(shell?.run('true')).rejects.toBe(error);
  return (error as BuildFailed).message;
}

describe.each(sandboxes)('a build (%s)', (sandbox) => {
  test('that takes more memory than it may is ended', async () => {
    shell = await build.open(sandbox, { limits: { ...usual, memory: 150 * MiB } });
    const command = `node -e 'globalThis.kept = Buffer.alloc(3e8, 1); setInterval(() => {}, 1000)' ${time}`;
    expect(await failureOf(command)).toBe('The build used more than 150 MB of memory.');
  });

  test('that takes its memory in many programs is ended', async () => {
    shell = await build.open(sandbox, { limits: { ...usual, memory: 200 * MiB } });
    const program = `node -e 'globalThis.kept = Buffer.alloc(6e7, 1); setInterval(() => {}, 1000)' ${time}`;
    const command = `for i in 1 2 3; do setsid ${program} & done; wait`;
    expect(await failureOf(command)).toBe('The build used more than 200 MB of memory.');
  });

  test('that starts more processes than it may is ended', async () => {
    shell = await build.open(sandbox, { limits: { ...usual, processes: 20 } });
    const command = `for i in {1..30}; do sleep ${time} & done; wait`;
    expect(await failureOf(command)).toBe('The build ran more than 20 processes at once.');
  });

  test('that fills the disk is ended', async () => {
    shell = await build.open(sandbox, { limits: { ...usual, disk: 4e6 } });
    const command = `for i in 1 2 3 4 5 6; do head -c 1000000 /dev/zero > $i; done; sleep ${time}`;
    expect(await failureOf(command)).toBe('The build used more than 4 MB of disk.');
  });

  test('writes no file that is larger than its disk', async () => {
    shell = await build.open(sandbox, { limits: { ...usual, disk: 2e6 } });
    // 128 and SIGXFSZ.
    expect(await shell.run('head -c 3000000 /dev/zero > large')).toEqual({ status: 153, hasEnded: false });
    await shell.run('stat -c %s large; ulimit -c');
    expect(build.output.stdout).toBe(`${Math.ceil(2e6 / 1024) * 1024}\n0\n`);
  });

  test('within its limits goes on', async () => {
    shell = await build.open(sandbox, { limits: { memory: 500 * MiB, processes: 20, disk: 4e6 } });
    await shell.run('head -c 1000000 /dev/zero > file; for i in 1 2 3; do sleep 2 & done; wait');
    expect(await shell.run('true')).toEqual({ status: 0, hasEnded: false });
  });
});

test('shared memory counts once', async () => {
  const limits = { ...usual, memory: 200 * MiB };
  shell = await build.open('none', { limits });
  // Forks share what their parent has: together they map six times as much.
  const fork = `exec perl -e 'my $kept = "x" x 60_000_000; for (1 .. 5) { fork or last } sleep 3; print "lived\\n"'`;
  await shell.run(`( ${fork} ); wait`);
  expect(build.output.stdout).toContain('lived\n');
});
