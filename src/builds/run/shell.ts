import { BuildFailed } from '../build-failed.ts';
import { type Session, type SessionOptions, startSession } from './session.ts';
import { grace, within } from './tree.ts';
import { watchLimits } from './watch.ts';

export interface ShellOptions extends SessionOptions {
  /** Where the session begins: absolute, within folder. */
  readonly workingDirectory: string;
  /** The whole environment of the build: nothing else is inherited. Contains PATH, HOME, TMPDIR. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Marks the processes of this build wherever they go; set as BACKLINE_BUILD_ID in the environment. Only one
   * session of an id is open at once: what carries it ends with the session.
   */
  readonly id: string;
  /**
   * Gets text of whole lines with their ends, as it comes; at the end of a command, after a short silence and of very
   * long lines also parts. How much comes in all is not limited here.
   */
  onOutput(stream: 'stdout' | 'stderr', text: string): void;
  /** Its abort ends everything: at first by asking, after two seconds by force. */
  readonly signal: AbortSignal;
}

export interface BuildShell {
  /**
   * Runs one command in the session, whose folder, variables and functions stay. One at a time.
   * @returns its status, and whether the session ended with it (`exit`, `exec`, killed)
   * @throws the signal's reason; BuildFailed when a limit was exceeded
   */
  run(command: string): Promise<{ status: number; hasEnded: boolean }>;
  /**
   * Ends the session, whose EXIT trap has two seconds, and everything that is left of it. Resolves when nothing of
   * it runs any more.
   */
  close(): Promise<void>;
}

/** Opens a bash session. @throws BuildFailed where it cannot be opened, with what to do; the signal's reason */
export async function openShell(options: ShellOptions): Promise<BuildShell> {
  options.signal.throwIfAborted();
  const session = await startSession(options);
  const stop = watchSession(session, options);
  const run = createRunner(session, stop.reason);
  let closing: Promise<void> | undefined;
  const shell: BuildShell = {
    async run(command) {
      if (command.includes('\0')) throw new BuildFailed('A command of the build holds a NUL character.');
      return run(`${command}\0`);
    },
    close() {
      closing ??= closeSession(session).finally(stop.end);
      return closing;
    },
  };
  const ready = await run('').catch(async (error) => {
    await shell.close();
    throw error;
  });
  if (!ready.hasEnded) return shell;
  await shell.close();
  throw new BuildFailed('The shell of the build could not be started.');
}

type Reason = { readonly reason: unknown };

/** Stops a session when the signal is aborted or a limit exceeded. */
function watchSession({ tree }: Session, { signal, ...confinement }: ShellOptions) {
  let stopped: Reason | undefined;
  const onAbort = () => {
    stopped ??= { reason: signal.reason };
    tree.terminate();
  };
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const limits = watchLimits(tree.finder, confinement, (reason) => {
    stopped ??= { reason };
    tree.end().catch(() => {});
  });
  return {
    reason: () => stopped,
    end() {
      limits.end();
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/** @returns what writes to the session and waits for the next status; without text it waits for the first */
function createRunner({ tree, outputs, commands, next }: Session, stopped: () => Reason | undefined) {
  let isBusy = false;
  return async (text: string) => {
    if (isBusy) throw new Error('The session runs a command already.');
    isBusy = true;
    try {
      const outcome = next();
      if (text !== '' && !stopped()) commands.write(text);
      const { status, hasEnded } = await outcome;
      // `close` tells when something cannot be ended.
      if (stopped()) await tree.end().catch(() => {});
      for (const output of outputs) await output.drain();
      const stop = stopped();
      if (stop) throw stop.reason;
      return { status, hasEnded };
    } finally {
      isBusy = false;
    }
  };
}

async function closeSession({ tree, outputs, commands }: Session): Promise<void> {
  commands.end();
  await within(tree.exited, grace);
  try {
    await tree.end();
  } finally {
    for (const output of outputs) await output.drain();
    for (const output of outputs) output.close();
  }
}
