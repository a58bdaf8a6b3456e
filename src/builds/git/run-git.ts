import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { BuildFailed } from '../build-failed.ts';
import { createLines } from './lines.ts';

/** How much of what git wrote to stderr is kept for messages, in characters: the end of it. */
const errorsKept = 64 * 1024;
/** How long the outputs may stay open when git has ended, in milliseconds: a part of it may have stayed behind. */
const outputsAfterEnd = 2000;

export interface GitRun {
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The most time it may take, in milliseconds. */
  readonly time: number;
  /** The most that is taken of stdout, in bytes: git is ended when it says more. */
  readonly most: number;
  /** Told of each line of stderr. */
  readonly onLine?: ((line: string) => void) | undefined;
}

export interface GitEnd {
  readonly ok: boolean;
  readonly stdout: Buffer;
  /** Whether git had more to say on stdout. */
  readonly isCut: boolean;
  /** The end of stderr. */
  readonly errors: string;
}

/**
 * Runs git in a process group of its own, without a shell and without anything to read. Throws what the signal says
 * when that aborts, and BuildFailed when git takes too long or is not there; with its whole group it is gone by then.
 */
export async function runGit(run: GitRun): Promise<GitEnd> {
  run.signal.throwIfAborted();
  const tooLate = AbortSignal.timeout(run.time);
  const ends = AbortSignal.any([run.signal, tooLate]);
  const child = spawn('git', [...run.args], {
    cwd: run.cwd,
    env: { ...run.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => endGroup(child);
  ends.addEventListener('abort', stop, { once: true });
  try {
    const end = endOf(child);
    const output = takeOutput(child.stdout, run.most, stop);
    const errors = takeErrors(child.stderr, run.onLine);
    const code = await end;
    run.signal.throwIfAborted();
    if (tooLate.aborted) throw new BuildFailed(`git took more than ${run.time / 1000} seconds`);
    return { ok: code === 0, ...output(), errors: errors() };
  } finally {
    ends.removeEventListener('abort', stop);
  }
}

/** @returns git's exit code, when it has ended and all that it wrote was read; undefined when it was killed */
async function endOf(child: ChildProcess): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  let timer: NodeJS.Timeout | undefined;
  child.on('error', (error: NodeJS.ErrnoException) => {
    reject(error.code === 'ENOENT' ? new BuildFailed('git cannot be started: is it installed?') : error);
  });
  child.on('exit', () => {
    timer = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, outputsAfterEnd);
  });
  child.on('close', (code) => resolve(code ?? undefined));
  return promise.finally(() => clearTimeout(timer));
}

/** @param stdout null where git could not be started */
function takeOutput(stdout: Readable | null, most: number, onFull: () => void) {
  const chunks: Buffer[] = [];
  let size = 0;
  stdout?.on('data', (chunk: Buffer) => {
    if (size <= most) chunks.push(chunk);
    size += chunk.length;
    if (size > most) onFull();
  });
  return () => ({ stdout: Buffer.concat(chunks).subarray(0, most), isCut: size > most });
}

function takeErrors(stderr: Readable | null, onLine: (line: string) => void = () => {}) {
  let kept = '';
  const lines = createLines(onLine);
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    kept = (kept + text).slice(-errorsKept);
    lines.add(text);
  });
  stderr?.on('close', () => lines.end());
  return () => kept;
}

/**
 * Kills git and all that it started. The shell's own kill is used, as not every host has one as a program; of the
 * text that it runs nothing comes from outside.
 */
function endGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const kill = spawn('/bin/sh', ['-c', 'kill -s KILL -- "-$0"', String(pid)], { stdio: 'ignore', env: {} });
  kill.on('error', () => child.kill('SIGKILL'));
}
