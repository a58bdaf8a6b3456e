import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { hourOf, logFolderOf, namesIn } from './access-log.ts';
import { accessLogHeader, columnCount, dateAndTime, hostColumn } from './access-log-line.ts';

export interface AccessLogQuery {
  readonly folder: string;
  readonly appId: string;
  /** Whether a host (lower-cased, without port) is of the domain that is asked for. */
  isOfDomain(host: string): boolean;
  /** The window, in epoch milliseconds, to the second; both ends belong to it. */
  readonly start: number;
  readonly end: number;
}

const fileShape = /^(\d{4}-\d{2}-\d{2}-\d{2})\.csv$/;
const chunkSize = 64 * 1024;

/**
 * The access log of an app as CSV: the header line, then the lines of the window in the order in which they
 * were finished. In chunks, so that memory does not grow with the log.
 */
export async function* readAccessLog(query: AccessLogQuery): AsyncGenerator<string> {
  let chunk = `${accessLogHeader}\n`;
  for (const file of await filesOf(query)) {
    for await (const line of linesOf(file)) {
      if (!isWanted(line, query)) continue;
      chunk += `${line}\n`;
      if (chunk.length < chunkSize) continue;
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

/** A test for hosts: those of one of these names, and all below them. */
export function hostsBelow(...names: readonly string[]): (host: string) => boolean {
  return (host) => names.some((name) => host === name || host.endsWith(`.${name}`));
}

async function filesOf({ folder, appId, start, end }: AccessLogQuery): Promise<string[]> {
  const own = logFolderOf(folder, appId);
  if (own === undefined || !(start <= end)) return [];
  const first = hourOf(start);
  const last = hourOf(end);
  return (await namesIn(own))
    .filter((name) => {
      const hour = fileShape.exec(name)?.[1];
      return hour !== undefined && hour >= first && hour <= last;
    })
    .sort()
    .map((name) => join(own, name));
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, 'latin1');
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    // The logs of a deleted app may be removed while they are read.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    input.destroy();
  }
}

/** Lines that were cut off by a crash have too few columns. */
function isWanted(line: string, { start, end, isOfDomain }: AccessLogQuery): boolean {
  const columns = line.split(',');
  if (columns.length !== columnCount) return false;
  const time = `${columns[0]},${columns[1]}`;
  if (time < dateAndTime(start) || time > dateAndTime(end)) return false;
  const host = columns[hostColumn];
  return host !== undefined && isOfDomain(host);
}
