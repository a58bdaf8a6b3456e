import { chmodSync, closeSync, fdatasync, fstatSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { Kysely, sql } from 'kysely';
import { GroupCommitter } from './group-commit.ts';
import { migrate } from './migrations/index.ts';
import { NodeSqliteDialect } from './node-sqlite-dialect.ts';
import type { Tables } from './schema.ts';
import type { Store, Transaction } from './store.ts';

/** Puts what was written to the file behind the descriptor on disk. */
export type Flush = (descriptor: number) => Promise<void>;

/** How long a statement waits for another process's write, in milliseconds. */
const busyTimeout = 5000;

/** How long a commit of another process may stay unnoticed, in milliseconds. */
const versionAge = 10;

/** How large the write-ahead log gets, in bytes, until it is moved into the database and emptied. */
const logLimit = 4 * 1024 * 1024;

/**
 * Opens the embedded database in a file, created with its folder if need be (mode 0700).
 * A commit goes to the write-ahead log and is flushed off the event loop; see docs/adr/0002.
 */
export async function openSqliteFile(file: string, flush: Flush = promisify(fdatasync)): Promise<Store> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const writer = new DatabaseSync(file, { timeout: busyTimeout });
  chmodSync(file, 0o600);
  // The store itself moves the log, between commits: within one, the reader's hold would keep it from ever ending.
  writer.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma wal_autocheckpoint = 0');
  const writing = new Kysely<Tables>({ dialect: new NodeSqliteDialect(writer) });
  await migrate(writing as never);

  const reader = new DatabaseSync(file, { timeout: busyTimeout });
  const reading = new Kysely<Tables>({ dialect: new NodeSqliteDialect(reader) });
  const log = openSync(`${file}-wal`, 'r+');
  syncFolder(dirname(file));

  let failure: unknown;
  const refuseAfterFailure = () => {
    if (failure) throw new Error('Writes are refused since a flush to disk failed.', { cause: failure });
  };

  const committer = new GroupCommitter({
    transaction: writing as Transaction,
    control: (statement) => writer.exec(statement),
    isInTransaction: () => writer.isTransaction,
    commit: async () => {
      // Also those who came while the flush that failed was under way.
      refuseAfterFailure();
      // The reader stays on what was there before until the new commit is on disk.
      try {
        reader.exec('begin; select 1 from apps limit 1');
        writer.exec('commit');
      } catch (error) {
        if (reader.isTransaction) reader.exec('commit');
        throw error;
      }
      try {
        await flush(log);
      } catch (error) {
        // Nobody knows now what the log holds on disk: no further write may build on it, and the reader
        // stays where it is.
        failure = error;
        throw error;
      }
      reader.exec('commit');
      commits += 1;
      if (fstatSync(log).size > logLimit) moveLog();
    },
  });

  const moveLog = () => {
    try {
      // Another process that reads may be in the way; nobody waits for it here.
      writer.exec('pragma busy_timeout = 0; pragma wal_checkpoint(truncate)');
    } catch {
      // The commit is durable without it; the next one tries again.
    } finally {
      writer.exec(`pragma busy_timeout = ${busyTimeout}`);
    }
  };

  // Counts what was committed, as the reader sees it, by other processes too. Asking costs some microseconds,
  // so that a site's visitors do not ask anew each time; the commits of this process are seen at once.
  const dataVersion = reader.prepare('pragma data_version');
  let commits = 0;
  let known = { version: 0, at: Number.NEGATIVE_INFINITY };
  const version = () => {
    const at = performance.now();
    if (at - known.at > versionAge) known = { version: Number(dataVersion.get()?.data_version), at };
    return known.version + commits;
  };

  return {
    read: reading,
    version,
    transact: async (work) => {
      refuseAfterFailure();
      return committer.transact(work);
    },
    check: async () => {
      refuseAfterFailure();
      await sql`select 1`.execute(reading);
    },
    close: async () => {
      await committer.running;
      reader.close();
      writer.close();
      closeSync(log);
    },
  };
}

/** Opens an empty database in memory; it is gone when the store is closed. */
export async function openSqliteMemory(): Promise<Store> {
  const database = new DatabaseSync(':memory:');
  let commits = 0;
  const writing = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) });
  await migrate(writing as never);
  const committer = new GroupCommitter({
    transaction: writing as Transaction,
    control: (statement) => database.exec(statement),
    isInTransaction: () => database.isTransaction,
    commit: async () => {
      database.exec('commit');
      commits += 1;
    },
  });
  // One connection serves both, so a read waits out the batch under way; there is no disk to wait for.
  const reading = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database, () => committer.running) });
  return {
    read: reading,
    version: () => commits,
    transact: (work) => committer.transact(work),
    check: async () => void (await sql`select 1`.execute(reading)),
    close: async () => {
      await committer.running;
      database.close();
    },
  };
}

/** Makes a new file's name durable, too. Windows has no such call for folders. */
function syncFolder(folder: string): void {
  if (platform() === 'win32') return;
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
