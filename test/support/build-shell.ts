import { spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { openShell, type ShellOptions } from '../../src/builds/run/shell.ts';

export type SandboxKind = ShellOptions['sandbox'];

const hasBubblewrap = spawnSync('bwrap', ['--version']).status === 0;

/** In CI a missing bubblewrap fails the tests. */
export const sandboxes: readonly SandboxKind[] =
  hasBubblewrap || process.env.CI ? ['none', 'bubblewrap'] : ['none'];

/** A data folder with the folder of one build. */
export function createBuild() {
  const data = mkdtempSync(join(tmpdir(), 'backline-run-'));
  const folder = join(data, 'builds', 'one');
  for (const name of ['src', 'home', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
  const output = { stdout: '', stderr: '' };
  const id = randomBytes(16).toString('base64url');
  const controller = new AbortController();
  const options = (sandbox: SandboxKind): ShellOptions => ({
    folder,
    workingDirectory: join(folder, 'src'),
    environment: { PATH: process.env.PATH ?? '', HOME: join(folder, 'home'), TMPDIR: join(folder, 'tmp') },
    sandbox,
    id,
    limits: { memory: 4e9, processes: 500, disk: 1e9 },
    onOutput: (stream, text) => {
      output[stream] += text;
    },
    signal: controller.signal,
  });
  return {
    data,
    folder,
    id,
    output,
    options,
    abort: (reason: unknown) => controller.abort(reason),
    open: (sandbox: SandboxKind, changes: Partial<ShellOptions> = {}) =>
      openShell({ ...options(sandbox), ...changes }),
    remove: () => rmSync(data, { recursive: true, force: true }),
  };
}

/** A number of seconds to sleep that nothing else on the machine sleeps. */
export function uniqueTime(): string {
  return `10000.${randomInt(1e11, 1e12)}`;
}

/** How many programs run that have a text as an argument, whatever their names, groups and environments are. */
export function countRunning(argument: string): number {
  return commandLines().filter((line) => line.includes(`\0${argument}\0`)).length;
}

/** How many programs run that carry the mark of a build, in a state if that is given: T is stopped. */
export function countMarked(id: string, state?: string): number {
  const marked = readAll('environ').filter(([, text]) => text.includes(`BACKLINE_BUILD_ID=${id}\0`));
  if (!state) return marked.length;
  const states = new Map(readAll('stat'));
  return marked.filter(([pid]) => states.get(pid)?.includes(`) ${state} `)).length;
}

/** Of all programs that run, each argument with NUL behind it. */
export function commandLines(): string[] {
  return readAll('cmdline').map(([, text]) => text);
}

/** Ends programs by one of their arguments, for tests whose programs nothing else may have ended. */
export function endByArgument(argument: string): void {
  for (const [pid, line] of readAll('cmdline')) {
    if (line.includes(`\0${argument}\0`)) spawnSync('kill', ['-KILL', pid]);
  }
}

/** A file of each program that runs, where it can be read. @returns pairs of number and content */
function readAll(file: 'cmdline' | 'environ' | 'stat'): [string, string][] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid): [string, string][] => {
    try {
      return [[pid, readFileSync(`/proc/${pid}/${file}`, 'latin1')]];
    } catch {
      return [];
    }
  });
}

/** Waits until something holds; fails after 20 seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400; turn++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It did not come to hold.');
}

/** For `consume`: keeps the output as text. It fails when there is more of it than `limit` bytes. */
export function collectText(limit: number): { consume(stdout: Readable): Promise<void>; text(): string } {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    async consume(stdout) {
      for await (const chunk of stdout as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > limit) throw new Error(`The program wrote more than ${limit} bytes.`);
        chunks.push(chunk);
      }
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
