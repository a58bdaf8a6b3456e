import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Place } from './databases.ts';

/** The entry file of the build, as `npm start` runs it. */
const program = join(import.meta.dirname, '../../dist/main.js');

/** How long a program may take until it is ready or has ended, in milliseconds; far more than it needs. */
const patience = 60_000;

export interface ProgramOptions {
  /** The whole environment of the program, beside PATH. */
  environment?: Record<string, string>;
  folder?: string;
  /** What goes before the program on the command line, such as a shell that sets a limit first. */
  launcher?: readonly string[];
}

/** How a program ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Output extends Ending {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  /** Where the ready line says that it listens. */
  readonly endpoint: string;
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Sends a signal and waits for the end; kills the program if the signal does not end it. */
  stop(signal?: NodeJS.Signals): Promise<Ending>;
}

const running = new Set<ChildProcess>();
// Nothing outlives the test file, whatever became of its tests.
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs `backline` with these arguments to its end. */
export async function runProgram(args: readonly string[], options: ProgramOptions = {}): Promise<Output> {
  const child = launch(args, options);
  const output = collect(child);
  const ending = await endOf(child);
  return { ...ending, stdout: output.stdout(), stderr: output.stderr() };
}

/** Starts `backline serve` on a free port and waits for its ready line. */
export async function startProgram(
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<RunningProgram> {
  const child = launch(['serve', '--port', '0', ...args], options);
  const output = collect(child);
  return {
    endpoint: await readyLine(child, output),
    pid: child.pid ?? 0,
    ...output,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return endOf(child);
    },
  };
}

/** The flags by which `backline` finds the data of a place. */
export function flagsOf({ options: { data, databaseUrl } }: Place): string[] {
  const folder = data === undefined ? [] : ['--data', data];
  if (databaseUrl !== undefined) return ['--database-url', databaseUrl, ...folder];
  return data === undefined ? ['--ephemeral'] : folder;
}

function launch(args: readonly string[], options: ProgramOptions): ChildProcess {
  if (!existsSync(program)) throw new Error('There is no dist/main.js: run `npm run build` first.');
  const [command = '', ...rest] = [...(options.launcher ?? []), process.execPath, program, ...args];
  const child = spawn(command, rest, {
    cwd: options.folder,
    env: { PATH: process.env.PATH, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

function collect(child: ChildProcess) {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk) => {
      text[name] += chunk;
    });
  }
  return { stdout: () => text.stdout, stderr: () => text.stderr };
}

function readyLine(child: ChildProcess, output: ReturnType<typeof collect>): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      child.kill('SIGKILL');
      reject(new Error(`The program ${what}. It said: ${output.stdout()}${output.stderr()}`));
    };
    const timer = setTimeout(() => fail('did not become ready'), patience);
    child.once('error', (error) => fail(`could not be run: ${error.message}`));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      fail(`ended with ${code ?? signal} before it was ready`);
    });
    child.stdout?.on('data', () => {
      const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(output.stdout().split('\n', 1)[0] ?? '')?.[0];
      if (!endpoint || !output.stdout().includes('\n')) return;
      clearTimeout(timer);
      child.removeAllListeners('close');
      resolve(endpoint);
    });
  });
}

function endOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), patience);
    const finish = () => {
      clearTimeout(timer);
      resolve({ code: child.exitCode, signal: child.signalCode });
    };
    child.once('error', reject);
    if (child.stdout?.closed && child.stderr?.closed && hasEnded(child)) finish();
    else child.once('close', finish);
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
