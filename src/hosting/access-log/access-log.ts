import { appendFile, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface AccessLogOptions {
  /** Gets a folder for each app. */
  readonly folder: string;
  /** Told of a failure to write: once, until a write succeeds again. */
  onFailure(error: unknown): void;
}

/** The access log of all sites: it never holds up a request, and a full disk does not stop the sites. */
export interface AccessLog {
  /** Takes one line, without line break, that was finished `at` (epoch milliseconds). */
  write(appId: string, at: number, line: string): void;
  /** Resolves when all that was taken is with the operating system, or has failed. */
  flush(): Promise<void>;
  /** Flushes; afterwards nothing more is taken. */
  close(): Promise<void>;
}

/** The only names that become folders. */
const appIdShape = /^d[a-z0-9]{1,19}$/;

const flushAfter = 1000;
const flushAt = 256 * 1024;
/** What is held at most while the disk does not keep up, in characters; beyond it lines are dropped. */
const holdAtMost = 8 * 1024 * 1024;

/**
 * Appends to `<folder>/<app id>/<YYYY-MM-DD-HH>.csv` (UTC), a second after the first line or at 256 kB. The
 * files have no header line, and only this user may read them.
 */
export function createAccessLog({ folder, onFailure }: AccessLogOptions): AccessLog {
  let pending = new Map<string, string>();
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let failing = false;
  let closed = false;
  const started = new Set<string>();

  /** Many lines in a row go to one file. */
  let recent = { appId: '', hour: '', file: '' };
  const fileOf = (appId: string, hour: string): string | undefined => {
    if (recent.appId !== appId || recent.hour !== hour) {
      const own = logFolderOf(folder, appId);
      if (own === undefined) return undefined;
      recent = { appId, hour, file: join(own, `${hour}.csv`) };
    }
    return recent.file;
  };

  const flush = async (): Promise<void> => {
    // Lines taken while a write is under way go out with the next one.
    while (writing !== undefined) await writing;
    if (held === 0) return;
    writing = writeOut();
    await writing;
  };

  const writeOut = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const taken = pending;
    const amount = held;
    pending = new Map();
    let failures = 0;
    for (const [file, text] of taken) {
      try {
        await append(file, text);
      } catch (error) {
        failures += 1;
        fail(error);
      }
    }
    if (failures === 0) failing = false;
    held -= amount;
    writing = undefined;
    if (pending.size > 0) schedule();
  };

  const append = async (file: string, text: string): Promise<void> => {
    if (!started.has(file)) {
      await begin(file);
      // Hours pass: the set holds those of late only.
      if (started.size > 1000) started.clear();
      started.add(file);
    }
    try {
      await appendFile(file, text, { mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // The logs of the app were removed meanwhile.
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, text, { mode: 0o600 });
    }
  };

  const fail = (error: unknown): void => {
    if (!failing) onFailure(error);
    failing = true;
  };

  const schedule = (): void => {
    if (held >= flushAt) void flush();
    else timer ??= setTimeout(() => void flush(), flushAfter).unref();
  };

  return {
    write(appId, at, line) {
      if (closed) return;
      const file = fileOf(appId, hourOf(at));
      if (file === undefined) return;
      if (held + line.length > holdAtMost) {
        fail(new Error('The access log cannot be written as fast as requests come; lines are lost.'));
        return;
      }
      pending.set(file, `${pending.get(file) ?? ''}${line}\n`);
      held += line.length + 1;
      if (writing === undefined && (timer === undefined || held >= flushAt)) schedule();
    },
    flush,
    close: async () => {
      closed = true;
      await flush();
    },
  };
}

/** `2026-11-21-20`, in UTC: the name of the file that holds the lines of this hour. */
export function hourOf(at: number): string {
  const hour = Math.floor(at / 3_600_000);
  if (hour !== last.hour) {
    last = { hour, text: new Date(hour * 3_600_000).toISOString().slice(0, 13).replace('T', '-') };
  }
  return last.text;
}

let last = { hour: Number.NaN, text: '' };

/** Where the lines of an app are; undefined for what is no app id. */
export function logFolderOf(folder: string, appId: string): string | undefined {
  return appIdShape.test(appId) ? join(folder, appId) : undefined;
}

/**
 * Removes the access logs of all apps but these.
 * @returns of how many apps
 */
export async function removeAccessLogs(folder: string, keepAppIds: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  for (const name of await namesIn(folder)) {
    if (!appIdShape.test(name) || keepAppIds.has(name)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

/** The names in a folder; none if it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A line that a crash cut off is ended, so that it spoils no other. */
async function begin(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a+', 0o600);
  try {
    const { size } = await handle.stat();
    if (size === 0) return;
    const last = Buffer.alloc(1);
    await handle.read(last, 0, 1, size - 1);
    if (last[0] !== 0x0a) await handle.write('\n');
  } finally {
    await handle.close();
  }
}
