import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBuild, sandboxes } from '../../../test/support/build-shell.ts';
import { BuildFailed } from '../build-failed.ts';
import type { BuildShell } from './shell.ts';

let build: ReturnType<typeof createBuild>;
let shell: BuildShell;

beforeEach(() => {
  build = createBuild();
});

afterEach(async () => {
  await shell?.close();
  build.remove();
});

/** Runs commands one after the other. @returns the outcome of the last */
async function run(...commands: string[]) {
  let last = { status: -1, hasEnded: false };
  for (const command of commands) last = await shell.run(command);
  return last;
}

describe.each(sandboxes)('a session (%s)', (sandbox) => {
  beforeEach(async () => {
    shell = await build.open(sandbox);
  });

  test('keeps folder, variables and functions from command to command', async () => {
    await run('mkdir app', 'cd app; export X=1; y=2; f() { echo "f $1 $y"; }', 'sh -c "echo $X"; pwd; f 3');
    expect(build.output).toEqual({ stdout: `1\n${build.folder}/src/app\nf 3 2\n`, stderr: '' });
  });

  test('tells the status of each command', async () => {
    expect(await run('true')).toEqual({ status: 0, hasEnded: false });
    expect(await run('(exit 7)')).toEqual({ status: 7, hasEnded: false });
    expect(await run('no-such-program')).toEqual({ status: 127, hasEnded: false });
    expect(build.output.stderr).toBe('bash: line 1: no-such-program: command not found\n');
  });

  test.each([0, 3])('ends with exit %i', async (status) => {
    expect(await run(`exit ${status}`)).toEqual({ status, hasEnded: true });
  });

  test('ends with exec, with a signal, and with set -e', async () => {
    expect(await run('exec sh -c "exit 4"')).toEqual({ status: 4, hasEnded: true });
    await shell.close();
    shell = await build.open(sandbox);
    expect(await run('kill -KILL $$')).toEqual({ status: 137, hasEnded: true });
    await shell.close();
    shell = await build.open(sandbox);
    expect(await run('set -e', 'false; echo not reached')).toEqual({ status: 1, hasEnded: true });
    expect(build.output.stdout).toBe('');
  });

  test('goes on after what is no command', async () => {
    expect(await run('if true; then')).toMatchObject({ status: 2, hasEnded: false });
    expect(build.output.stderr).toMatch(/^bash: .*syntax error: unexpected end of file\n/);
    expect(await run('break', 'continue', 'echo goes on')).toEqual({ status: 0, hasEnded: false });
    expect(build.output.stdout).toBe('goes on\n');
  });

  test('takes commands of many lines and with any spaces', async () => {
    await run(
      "cat <<'END'\n  two  spaces\n\nEND\necho 'a\tb'  \\\n  c\n",
      "  printf '%s|' \"$(echo '  x ')\"  ",
    );
    expect(build.output.stdout).toBe('  two  spaces\n\na\tb c\n  x |');
  });

  test('shows nothing of its own after set -x, and minds set -u, set -o pipefail and set -a', async () => {
    expect(await run('set -xu', 'echo "$((2 + 1))"', 'set +x')).toEqual({ status: 0, hasEnded: false });
    expect(build.output.stderr).toBe('++ echo 3\n++ set +x\n');
    expect(await run('set -o pipefail', 'false | true')).toEqual({ status: 1, hasEnded: false });
    await run('set -a', 'made=1', 'env > names');
    await run('grep -c -e ^made= names; grep -c backline_ names');
    expect(build.output.stdout).toBe('3\n1\n0\n');
  });

  test('knows aliases and traps of earlier commands', async () => {
    await run('shopt -s expand_aliases; alias hello="echo hi"', 'hello', 'trap "echo bye; exit 6" EXIT');
    expect(await run('exit 1')).toEqual({ status: 6, hasEnded: true });
    expect(build.output.stdout).toBe('hi\nbye\n');
  });

  test('runs its EXIT trap when it is closed', async () => {
    await run('trap "echo bye; echo to stderr >&2" EXIT');
    await shell.close();
    expect(build.output).toEqual({ stdout: 'bye\n', stderr: 'to stderr\n' });
  });

  test('keeps what a command does to its descriptors, also to those with low numbers', async () => {
    await run('exec 3>kept 4>&1 2>errors', 'echo three >&3; echo four >&4; echo two >&2', 'cat kept errors');
    expect(build.output).toEqual({ stdout: 'four\nthree\ntwo\n', stderr: '' });
  });

  test('gives nothing to read', async () => {
    await run('cat', 'read line || echo end');
    expect(build.output.stdout).toBe('end\n');
  });

  test('lets commands open their outputs by name', async () => {
    await run('echo a > /dev/stdout; echo b > /dev/stderr; echo c | tee /dev/fd/2');
    expect(build.output).toEqual({ stdout: 'a\nc\n', stderr: 'b\nc\n' });
  });

  test('has given all output when a command ends, however much it is', async () => {
    await run('for i in 1 2 3 4 5; do seq 1 140000; seq 1 100000 >&2; done');
    const lines = (last: number) => Array.from({ length: last }, (_, index) => `${index + 1}\n`).join('');
    expect(build.output.stdout === lines(140_000).repeat(5)).toBe(true);
    expect(build.output.stderr === lines(100_000).repeat(5)).toBe(true);
  });

  test('does not wait for what a command leaves in the background', async () => {
    await run('(sleep 1000; echo never) & sleep 1000 & echo started');
    expect(build.output.stdout).toBe('started\n');
    expect(await run('jobs -p | wc -l')).toEqual({ status: 0, hasEnded: false });
    expect(build.output.stdout).toBe('started\n2\n');
  });

  test('passes on what is no text', async () => {
    await run("printf 'a\\xff\\xfeb\\n\\000\\xe2\\x82'; sleep 0.3; printf '\\xac\\n'");
    expect(build.output.stdout).toBe('a\ufffd\ufffdb\n\0€\n');
  });

  test('runs one command at a time', async () => {
    const first = shell.run('sleep 0.2');
    await expect(shell.run('true')).rejects.toThrow('runs a command already');
    expect(await first).toEqual({ status: 0, hasEnded: false });
  });

  test('refuses a command with NUL', async () => {
    await expect(shell.run('echo a\0exit 3')).rejects.toThrow(BuildFailed);
    expect(await run('true')).toEqual({ status: 0, hasEnded: false });
  });

  test('leaves no file in the folder of the build', () => {
    expect(readdirSync(build.folder).sort()).toEqual(['home', 'src', 'tmp']);
  });
});

describe.each(sandboxes)('the environment (%s)', (sandbox) => {
  test('is what was given, marked, and what bash sets', async () => {
    const given = { ...build.options(sandbox).environment, ODD: 'a\n"b" $c', 'with-dash': '1' };
    shell = await build.open(sandbox, { environment: given });
    await run('env -0');
    const found = Object.fromEntries(
      build.output.stdout
        .split('\0')
        .filter((entry) => entry !== '')
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    );
    const { SHLVL, PWD, _, ...rest } = found;
    expect({ SHLVL, PWD }).toEqual({ SHLVL: '1', PWD: join(build.folder, 'src') });
    expect(rest).toEqual({ ...given, BACKLINE_BUILD_ID: build.id });
  });

  test('gives the shell no orders', async () => {
    const orders = {
      BASH_ENV: '/dev/stdin',
      ENV: 'x',
      SHELLOPTS: 'noexec:xtrace',
      'BASH_FUNC_wait%%': '() { :; }',
    };
    shell = await build.open(sandbox, { environment: { ...build.options(sandbox).environment, ...orders } });
    await run('echo $-; type -t wait; env | grep -c -e BASH_ -e ^ENV= -e SHELLOPTS');
    expect(build.output).toEqual({ stdout: 'hBc\nbuiltin\n0\n', stderr: '' });
  });

  test('cannot smuggle anything in by NUL', async () => {
    const environment = { ...build.options(sandbox).environment, A: 'b\0--bind\0/\0/' };
    await expect(build.open(sandbox, { environment })).rejects.toThrow(
      'environment variable "A" cannot be set',
    );
  });

  test('that is too large fails the build', async () => {
    const environment = { ...build.options(sandbox).environment, A: 'x'.repeat(200_000) };
    await expect(build.open(sandbox, { environment })).rejects.toThrow(BuildFailed);
  });
});

describe('opening', () => {
  test('is refused in a folder that the build does not have', async () => {
    mkdirSync(join(build.data, 'elsewhere'));
    symlinkSync('../../../elsewhere', join(build.folder, 'src', 'link'));
    writeFileSync(join(build.folder, 'src', 'file'), '');
    for (const name of ['missing', 'link', 'file', '../..']) {
      const opened = build.open('none', { workingDirectory: join(build.folder, 'src', name) });
      await expect(opened).rejects.toThrow('The folder to build in does not exist');
    }
  });

  test('and closing leaks no descriptors', async () => {
    const count = () => readdirSync('/proc/self/fd').length;
    const openAndClose = async () => {
      const one = await build.open('none');
      await one.run('true');
      await one.close();
    };
    await openAndClose();
    const before = count();
    for (let turn = 0; turn < 20; turn++) await openAndClose();
    expect(count()).toBe(before);
  });
});
