import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  countMarked,
  countRunning,
  createBuild,
  endByArgument,
  sandboxes,
  uniqueTime,
  until,
} from '../../../test/support/build-shell.ts';
import { endLeftovers } from './leftovers.ts';
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
  endByArgument(time);
  build.remove();
});

/** Ways in which programs leave their group, their session and their parent; eight sleep in the end. */
const escapes = () => `
  sleep ${time} &
  nohup sleep ${time} >/dev/null 2>&1 &
  setsid sleep ${time} &
  (setsid setsid -f sleep ${time} >/dev/null 2>&1 &)
  setsid -f env -u HOME sleep ${time}
  timeout 5000 sleep ${time} &
  (trap '' TERM HUP; exec sleep ${time}) &
  sleep ${time}`;

/** \`timeout\` itself has the time of its command in its arguments, too. */
const inAll = 9;

/** Begins a command that does not end by itself. */
async function begin(command: string, running: number) {
  const outcome = shell?.run(command).then(
    (value) => value,
    (error: unknown) => error,
  );
  await until(() => countRunning(time) >= running);
  return { outcome };
}

describe.each(sandboxes)('an abort (%s)', (sandbox) => {
  test('ends the whole tree, and the command with its reason', async () => {
    shell = await build.open(sandbox);
    const { outcome } = await begin(escapes(), inAll);
    const reason = new Error('stopped');
    build.abort(reason);
    expect(await outcome).toBe(reason);
    expect(countRunning(time)).toBe(0);
    await expect(shell.run('true')).rejects.toBe(reason);
  });

  test('before and between commands is told by the next', async () => {
    shell = await build.open(sandbox);
    const reason = new Error('stopped');
    build.abort(reason);
    await expect(shell.run('echo never')).rejects.toBe(reason);
    await expect(build.open(sandbox)).rejects.toBe(reason);
    expect(build.output.stdout).toBe('');
  });

  test('ends what is stopped, and what forks all the time', async () => {
    shell = await build.open(sandbox);
    const forks = `(trap '' TERM; while :; do (exec sleep ${time}) & (exec sleep 0.01); done) & kill -STOP $$`;
    const { outcome } = await begin(forks, 5);
    build.abort(new Error('stopped'));
    expect(await outcome).toMatchObject({ message: 'stopped' });
    await shell.close();
    expect(countRunning(time)).toBe(0);
  });
});

describe.each(sandboxes)('closing (%s)', (sandbox) => {
  test('ends what is left of a session', async () => {
    shell = await build.open(sandbox);
    await shell.run(`{${escapes()} & }`);
    await until(() => countRunning(time) === inAll);
    await shell.close();
    expect(countRunning(time)).toBe(0);
    await shell.close();
  });

  test('ends what is left when the session has ended itself', async () => {
    shell = await build.open(sandbox);
    expect(await shell.run(`{${escapes()} & } ; exit 3`)).toEqual({ status: 3, hasEnded: true });
    await shell.close();
    expect(countRunning(time)).toBe(0);
  });

  test('ends a command that runs', async () => {
    shell = await build.open(sandbox);
    const { outcome } = await begin(`sleep ${time}`, 1);
    await shell.close();
    expect(await outcome).toEqual({ status: 137, hasEnded: true });
    expect(countRunning(time)).toBe(0);
  });
});

test('an abort wakes what is stopped, so that it can end by itself', async () => {
  shell = await build.open('none');
  const { outcome } = await begin(`trap 'echo woken; exit' TERM; sleep ${time} & kill -STOP $$`, 1);
  await until(() => countMarked(build.id, 'T') === 1);
  build.abort(new Error('stopped'));
  await outcome;
  expect(build.output.stdout).toBe('woken\n');
});

test('an abort gives programs time to end by themselves', async () => {
  shell = await build.open('none');
  const program = `
    const end = () => { require('fs').writeFileSync('ended', ''); process.exit(); };
    process.on('SIGTERM', () => setTimeout(end, 100));
    setInterval(() => {}, 1000);
    console.log('ready');`;
  const { outcome } = await begin(`node -e ${JSON.stringify(program.replaceAll('\n', ' '))} -- ${time}`, 1);
  await until(() => build.output.stdout === 'ready\n');
  build.abort(new Error('stopped'));
  await outcome;
  expect(existsSync(join(build.folder, 'src', 'ended'))).toBe(true);
});

test('a build that ends its supervisor ends itself', async () => {
  shell = await build.open('none');
  const { outcome } = await begin(`setsid sleep ${time} & kill -KILL $PPID; sleep ${time}`, 1);
  expect(await outcome).toEqual({ status: 137, hasEnded: true });
  await shell.close();
  expect(countRunning(time)).toBe(0);
});

describe.each(sandboxes)('a server that is killed (%s)', (sandbox) => {
  let server: ChildProcess;

  beforeEach(() => {
    const module = new URL('./shell.ts', import.meta.url).href;
    const { onOutput: _, signal: __, ...options } = build.options(sandbox);
    const script = join(build.data, 'server.mjs');
    writeFileSync(
      script,
      `import { openShell } from ${JSON.stringify(module)};
      const options = ${JSON.stringify(options)};
      const shell = await openShell({ ...options, onOutput() {}, signal: new AbortController().signal });
      await shell.run(${JSON.stringify(escapes())});`,
    );
    server = spawn(process.execPath, [script], { stdio: 'inherit' });
  });

  afterEach(() => {
    server.kill('SIGKILL');
  });

  test('leaves nothing behind', async () => {
    await until(() => countRunning(time) === inAll);
    server.kill('SIGKILL');
    await until(() => countRunning(time) === 0);
    await until(() => countMarked(build.id) === 0);
    expect(readdirSync(build.folder).sort()).toEqual(['home', 'src', 'tmp']);
  });
});

test('leftovers of a build are found by its id, also those of its programs, and no others', async () => {
  const { id } = build;
  const start = (mark: string) =>
    spawn('setsid', ['-f', 'sh', '-c', `sleep ${time} & env -i sleep ${time}`], {
      env: { PATH: process.env.PATH, A: '1', BACKLINE_BUILD_ID: mark },
      stdio: 'ignore',
    });
  for (const mark of [id, `${id}.tar`, `${id}2`, `x${id}`]) start(mark);
  await until(() => countRunning(time) === 8);
  // Each is a shell with two that it has started.
  expect(await endLeftovers(id)).toBe(6);
  expect(countRunning(time)).toBe(4);
  expect(await endLeftovers(id)).toBe(0);
});
