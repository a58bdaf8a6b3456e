import { realpath, stat } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { BuildFailed } from '../build-failed.ts';
import { isWithin } from '../files/is-within.ts';
import type { Confinement } from './confinement.ts';
import { driver, readStatuses } from './driver.ts';
import { openFifos } from './fifos.ts';
import { type OutputReader, readOutput } from './output.ts';
import { requireProgram } from './programs.ts';
import { firstChannel } from './supervisor.ts';
import { startTree, type Tree } from './tree.ts';

export interface SessionOptions extends Confinement {
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly id: string;
  onOutput(stream: 'stdout' | 'stderr', text: string): void;
}

/** A bash that waits for commands. */
export interface Session {
  readonly tree: Tree;
  readonly outputs: readonly OutputReader[];
  /** Takes commands, each with NUL behind it. Its end is the end of the session. */
  readonly commands: Writable;
  /** How the next command ended, or the session itself. */
  next(): Promise<{ status: number; hasEnded: boolean }>;
}

/** Starts a bash with its channels. Its first status comes when it is ready. */
export async function startSession(options: SessionOptions): Promise<Session> {
  await requireFolder(options.workingDirectory, options.folder);
  const bash = await requireProgram('bash');
  const fifos = await openFifos(options.folder);
  let tree: Tree | undefined;
  try {
    tree = await startTree({
      command: [bash, '--noprofile', '--norc', '-c', driver, 'bash'],
      workingDirectory: options.workingDirectory,
      environment: options.environment,
      mark: options.id,
      standard: ['ignore', fifos.stdout.writer, fifos.stderr.writer],
      channels: 2,
      confinement: options,
    });
  } finally {
    fifos.closeWriters();
    if (!tree) fifos.closeReaders();
  }
  const { exited, stdio } = tree;
  const statuses = readStatuses(stdio.at(firstChannel + 1) as Readable);
  return {
    tree,
    outputs: (['stdout', 'stderr'] as const).map((name) =>
      readOutput(fifos[name].reader, (text) => options.onOutput(name, text)),
    ),
    commands: stdio.at(firstChannel) as Writable,
    next: () =>
      Promise.race([
        statuses.next().then((status) => ({ status, hasEnded: false })),
        exited.then((status) => ({ status, hasEnded: true })),
      ]),
  };
}

/** @throws BuildFailed where a build is to begin in a folder that it does not have */
async function requireFolder(workingDirectory: string, folder: string): Promise<void> {
  const real = await realpath(workingDirectory).catch(() => undefined);
  if (!real || !isWithin(real, await realpath(folder)) || !(await stat(real)).isDirectory()) {
    throw new BuildFailed(`The folder to build in does not exist: ${workingDirectory}`);
  }
}
