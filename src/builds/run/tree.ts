import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { BuildFailed } from '../build-failed.ts';
import { prepareSandbox } from './bubblewrap.ts';
import type { Confinement } from './confinement.ts';
import { markedEnvironment } from './environment.ts';
import { endAll } from './leftovers.ts';
import { createFinder, type Finder } from './processes.ts';
import { requireProgram } from './programs.ts';
import { firstChannel, lifeLine, supervisor } from './supervisor.ts';

export interface TreeOptions {
  /** The program, and what it is given. */
  readonly command: readonly [string, ...string[]];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Carried by all that descends from it, and by nothing else. */
  readonly mark: string;
  /** Standard input, output and error. */
  readonly standard: readonly ['ignore' | 'pipe', number | 'pipe', number | 'pipe'];
  /** How many further channels it gets, from `firstChannel` on. */
  readonly channels: number;
  readonly confinement?: Confinement | undefined;
}

/** A program with all that descends from it. */
export interface Tree {
  /** Standard ones and further channels, by number. */
  readonly stdio: ChildProcess['stdio'];
  readonly finder: Finder;
  /** Its status: 128 and the number of the signal for one that was killed. What it left may still run. */
  readonly exited: Promise<number>;
  /** Asks all to end, and makes them after two seconds. Once. */
  terminate(): void;
  /** Kills all at once. Resolves when nothing of it runs any more; rejects where that cannot be. */
  end(): Promise<void>;
}

/** How long programs have to end that were asked to, in milliseconds. */
export const grace = 2000;
/** The same for what a program that has ended left behind, in seconds: they are looked at after each. */
const pausesOfGrace = '0.05 0.05 0.1 0.2 0.2 0.4 0.4 0.6';
/** How long the supervisor is waited for that was told to kill, in milliseconds. */
const patience = 3000;

/** Starts a program under a supervisor, so that nothing of it outlives the server. */
export async function startTree(options: TreeOptions): Promise<Tree> {
  const { child, pid } = await start(options);
  const finder = createFinder((mark) => mark === options.mark, pid);
  const channels = child.stdio.slice(lifeLine) as (Readable | Writable | null)[];
  // A channel breaks when its other end ends: `exited` tells.
  for (const channel of [...child.stdio, ...channels]) channel?.on('error', () => {});
  const life = channels[0] as Writable;
  const exit = Promise.withResolvers<number>();
  child.on('exit', (code) => exit.resolve(code ?? killed));
  let timer: NodeJS.Timeout | undefined;
  let ending: Promise<void> | undefined;
  const endNow = async () => {
    clearTimeout(timer);
    life.write('KILL\n');
    await within(exit.promise, patience);
    for (const channel of channels) channel?.destroy();
    await endAll(finder).finally(() => exit.resolve(killed));
  };
  const end = () => {
    ending ??= endNow();
    return ending;
  };
  return {
    stdio: child.stdio,
    finder,
    exited: exit.promise,
    terminate() {
      if (timer || ending) return;
      life.write('TERM\n');
      timer = setTimeout(() => end().catch(() => {}), grace);
    },
    end,
  };
}

/** The status of a program that was killed. */
const killed = 137;

async function start(options: TreeOptions): Promise<{ child: ChildProcess; pid: number }> {
  const { confinement, channels, mark } = options;
  const environment = markedEnvironment(options.environment, mark);
  const bash = await requireProgram('bash');
  const isConfined = confinement?.sandbox === 'bubblewrap';
  const sandbox = isConfined
    ? await prepareSandbox(confinement, options.workingDirectory, environment)
    : undefined;
  const pipes = Array.from({ length: 1 + channels + (sandbox ? 1 : 0) }, () => 'pipe' as const);
  const command = sandbox
    ? [sandbox.program, '--args', String(firstChannel + channels), '--', ...options.command]
    : options.command;
  const largestFile = confinement ? String(Math.ceil(confinement.limits.disk / 1024)) : '';
  // What a sandbox held is gone with it.
  const pauses = sandbox ? '' : pausesOfGrace;
  const child = await spawned(
    bash,
    ['--noprofile', '--norc', '-c', supervisor, 'bash', largestFile, pauses, ...command],
    {
      cwd: sandbox ? '/' : options.workingDirectory,
      // Outside of the sandbox the environment of a build must not decide what runs.
      env: sandbox ? sandbox.environment : environment,
      detached: true,
      stdio: [...options.standard, ...pipes],
    },
  );
  if (sandbox) (child.stdio.at(firstChannel + channels) as Writable).end(sandbox.settings);
  return { child, pid: child.pid as number };
}

async function spawned(file: string, args: readonly string[], options: SpawnOptions): Promise<ChildProcess> {
  try {
    const child = spawn(file, args, options);
    await new Promise((resolve, reject) => child.on('spawn', resolve).on('error', reject));
    return child;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'E2BIG') throw error;
    throw new BuildFailed('The environment variables of the build are too large.');
  }
}

/** @returns whether it was settled in time */
export async function within(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, late]).finally(() => clearTimeout(timer));
}
