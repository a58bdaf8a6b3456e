import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Confinement } from './confinement.ts';
import { markOf } from './environment.ts';
import { readOutput } from './output.ts';
import { startTree, type Tree } from './tree.ts';
import { watchLimits } from './watch.ts';

export interface ProgramOptions {
  /** Looked up in the PATH of the environment. */
  readonly file: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  /** The whole of it: nothing else is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its abort ends the program and all that descends from it. */
  readonly signal: AbortSignal;
  /** Of the build for which it runs, so that `endLeftovers` finds it. It does not end with the build's session. */
  readonly id?: string;
  /** Its standard input: at its end without it. */
  readonly input?: Readable;
  /**
   * Gets its standard output as a stream, which it may leave before the end: the rest is dropped. When the program is
   * ended by force, the stream fails.
   */
  consume?(stdout: Readable): Promise<unknown>;
  /** Text of whole lines as for a session; of stdout only where nothing consumes it. */
  onOutput?(stream: 'stdout' | 'stderr', text: string): void;
  /** Without it the program may do all that the server may. */
  readonly confinement?: Confinement;
}

/**
 * Runs one program to its end. Nothing that descends from it outlives it, nor the server. Resolves when also
 * `consume` has ended.
 * @returns its status: 127 where there is no such program
 * @throws the signal's reason, what `consume` or the input failed with, BuildFailed when a limit was exceeded
 */
export async function runProgram(options: ProgramOptions): Promise<{ status: number }> {
  const { signal, confinement } = options;
  const tree = await start(options);
  const failure = createFailure(tree);
  const onAbort = () => failure.set(signal.reason);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const watch = confinement && watchLimits(tree.finder, confinement, failure.set);
  try {
    const outputs = connect(tree, options, failure.set);
    const status = await tree.exited;
    await tree.end();
    await outputs.end();
    failure.throwIfSet();
    return { status };
  } finally {
    watch?.end();
    signal.removeEventListener('abort', onAbort);
    for (const stream of tree.stdio) stream?.destroy();
  }
}

async function start(options: ProgramOptions): Promise<Tree> {
  // It may fail before there is a program that reads it.
  options.input?.on('error', () => {});
  try {
    options.signal.throwIfAborted();
    return await startTree({
      command: [options.file, ...options.args],
      workingDirectory: options.workingDirectory,
      environment: options.environment,
      mark: markOf(options.id ?? 'program', randomUUID()),
      standard: [options.input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      channels: 0,
      confinement: options.confinement,
    });
  } catch (error) {
    options.input?.destroy();
    throw error;
  }
}

function createFailure(tree: Tree) {
  let first: { readonly reason: unknown } | undefined;
  return {
    set(reason: unknown) {
      first ??= { reason };
      // What is read of it must not look like the whole.
      tree.stdio[1]?.destroy(new Error('The program was ended.'));
      tree.terminate();
    },
    throwIfSet() {
      if (first) throw first.reason;
    },
  };
}

function connect(
  tree: Tree,
  { input, consume, onOutput }: ProgramOptions,
  fail: (reason: unknown) => void,
): { end(): Promise<void> } {
  const [stdin, stdout, stderr] = tree.stdio as unknown as [Writable | null, Readable, Readable];
  const readers = [readOutput(stderr, (text) => onOutput?.('stderr', text))];
  if (!consume) readers.push(readOutput(stdout, (text) => onOutput?.('stdout', text)));
  const consumed = consume?.(stdout).then(() => stdout.resume(), fail);
  if (input && stdin) feed(input, stdin, tree, fail);
  return {
    async end() {
      await consumed;
      for (const reader of readers) await reader.drain();
      for (const reader of readers) reader.close();
    },
  };
}

/** A program need not read all that it is given. */
function feed(input: Readable, stdin: Writable, tree: Tree, fail: (reason: unknown) => void): void {
  let hasExited = false;
  tree.exited.then(() => {
    hasExited = true;
  });
  pipeline(input, stdin).catch((error: NodeJS.ErrnoException) => {
    if (!hasExited && error.code !== 'EPIPE' && error.code !== 'ECONNRESET') fail(error);
  });
}
