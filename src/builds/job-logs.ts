import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { StepName } from '../domain/job.ts';

/** The log of one step, in the service's form; lines can be read as soon as they are written. */
export interface StepLog {
  info(text: string): void;
  warning(text: string): void;
  error(text: string): void;
  /** Resolves when all lines are written. */
  flush(): Promise<void>;
}

/** The logs of jobs: a folder for each job's uid, a file for each step. */
export interface JobLogs {
  /** Goes on with the log of a step. */
  open(uid: string, step: StepName): StepLog;
  /** What the log holds by now; undefined when there is none. */
  read(uid: string, step: StepName): Promise<{ size: number; stream(): Readable } | undefined>;
  /** Removes the logs of all jobs but these. @returns how many jobs' logs were removed */
  keepOnly(uids: ReadonlySet<string>): Promise<number>;
}

type Level = 'INFO' | 'WARNING' | 'ERROR';

/** Lines after the first of an entry stand under its text: the head of a line is this long. */
const indentation = ' '.repeat(33);

/** About how many characters an entry takes, with what stands before its lines. */
export function entrySize(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return text.length + lines * indentation.length;
}

/** One entry in the service's form, with its line break. @param at epoch milliseconds */
export function formatEntry(at: number, level: Level, text: string): string {
  return `${new Date(at).toISOString()} [${level}]: ${text.trimEnd().replace(/\r?\n/g, `\n${indentation}`)}\n`;
}

/** @param now epoch milliseconds @param onError told of a line that could not be written: the work goes on */
export function createJobLogs(folder: string, now: () => number, onError: (error: unknown) => void): JobLogs {
  const fileOf = (uid: string, step: StepName) => join(folder, uid, `${step}.txt`);
  return {
    open: (uid, step) => openLog(fileOf(uid, step), join(folder, uid), now, onError),
    async read(uid, step) {
      const file = fileOf(uid, step);
      try {
        const handle = await open(file);
        const { size } = await handle.stat().finally(() => handle.close());
        // What is written meanwhile is left for the next reader: the length was announced.
        return { size, stream: () => createReadStream(file, { start: 0, end: Math.max(size - 1, 0) }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async keepOnly(uids) {
      const found = await readdir(folder).catch(() => []);
      const unwanted = found.filter((uid) => /^[\w-]{22}$/.test(uid) && !uids.has(uid));
      for (const uid of unwanted) await rm(join(folder, uid), { recursive: true, force: true });
      return unwanted.length;
    },
  };
}

function openLog(
  file: string,
  folder: string,
  now: () => number,
  onError: (error: unknown) => void,
): StepLog {
  let waiting = '';
  let writing: Promise<void> | undefined;
  const write = async () => {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      while (waiting !== '') {
        const text = waiting;
        waiting = '';
        await appendFile(file, text, { mode: 0o600 });
      }
    } catch (error) {
      onError(error);
    } finally {
      writing = undefined;
    }
  };
  const add = (level: Level, text: string) => {
    waiting += formatEntry(now(), level, text);
    writing ??= write();
  };
  return {
    info: (text) => add('INFO', text),
    warning: (text) => add('WARNING', text),
    error: (text) => add('ERROR', text),
    flush: async () => {
      while (writing) await writing;
    },
  };
}
