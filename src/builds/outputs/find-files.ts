import type { Dirent } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { shown } from '../archive/archive-refused.ts';
import { nextTurn } from '../run/output.ts';
import type { Place } from './glob/path-patterns.ts';
import { isAbsence, isOutput, openFolder } from './within.ts';

export interface FindOptions {
  /** Of the checkout: absolute and real. Nothing outside of it is found. */
  readonly root: string;
  /** Where to look: the root or a folder below it, absolute and real. */
  readonly folder: string;
  /** Which paths, relative to the folder, are wanted. */
  readonly wanted: Place;
  /** Whether links are followed to what they lead to, within the root; else they are found like files. */
  readonly followLinks: boolean;
  /** The most files that are taken. */
  readonly mostFiles: number;
  /** The most entries that are looked at. */
  readonly mostEntries?: number;
  readonly signal: AbortSignal;
  /** Told what is wanted and left out. */
  warn(text: string): void;
}

export interface FoundFiles {
  /** Paths relative to the folder, divided by slashes, in no order. */
  readonly paths: readonly string[];
  /** Which limit has ended the walk before its time. */
  readonly exceeded: 'files' | 'entries' | undefined;
}

interface Folder {
  readonly real: string;
  /** As it is called in what is found. */
  readonly path: string;
  readonly place: Place;
  /** Real paths of the folders whose links have led here. */
  readonly cameFrom: readonly string[];
}

/** How long the walk keeps the event loop at most, in milliseconds: patterns may take long for each name. */
const longestTurn = 20;

/**
 * Finds the regular files (and links, as the options say) that a build has left in a folder. What it has left is
 * hostile: links may lead anywhere, names be anything. Nothing called `.git` is found (Backline's choice). Throws
 * the signal's reason.
 */
export async function findFiles(options: FindOptions): Promise<FoundFiles> {
  const { folder, wanted, mostFiles, mostEntries = 1_000_000, signal } = options;
  const paths: string[] = [];
  let entries = 0;
  let since = performance.now();
  const waiting: Folder[] = [{ real: folder, path: '', place: wanted, cameFrom: [] }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for await (const entry of entriesOf(next, options)) {
      signal.throwIfAborted();
      if (++entries > mostEntries) return { paths, exceeded: 'entries' };
      const found = await look(next, entry, options);
      if (typeof found === 'object') waiting.push(found);
      else if (found !== undefined) paths.push(found);
      if (paths.length > mostFiles) return { paths: paths.slice(0, mostFiles), exceeded: 'files' };
      if (performance.now() - since < longestTurn) continue;
      await nextTurn();
      since = performance.now();
    }
  }
  return { paths, exceeded: undefined };
}

async function* entriesOf({ real, path }: Folder, { warn }: FindOptions): AsyncGenerator<Dirent> {
  try {
    yield* (await openFolder(real)) ?? [];
  } catch (error) {
    if (!isAbsence(error)) throw error;
    warn(`The folder ${shown(path)} is left out: it cannot be read.`);
  }
}

/** The path of a file, or a folder to go on with; undefined for what is not wanted. */
async function look(
  folder: Folder,
  entry: Dirent,
  options: FindOptions,
): Promise<string | Folder | undefined> {
  const { name } = entry;
  const place = folder.place.enter(name);
  if (name === '.git' || !(place.isTaken || place.isOpen)) return undefined;
  const path = folder.path === '' ? name : `${folder.path}/${name}`;
  if (name.includes('\uFFFD')) {
    options.warn(`${shown(path)} is left out: its name is not UTF-8.`);
    return undefined;
  }
  const real = `${folder.real}${sep}${name}`;
  if (entry.isSymbolicLink() && options.followLinks) return follow({ ...folder, path, place }, real, options);
  if (entry.isDirectory()) return place.isOpen ? { ...folder, real, path, place } : undefined;
  if (!place.isTaken) return undefined;
  if (entry.isFile() || entry.isSymbolicLink()) return path;
  options.warn(`${shown(path)} is left out: it is neither a file nor a folder.`);
  return undefined;
}

/** @param from the folder that the link is in, but with the path and place of the link */
async function follow(
  from: Folder,
  link: string,
  options: FindOptions,
): Promise<string | Folder | undefined> {
  const { path, place } = from;
  const leaveOut = (reason: string): undefined => {
    options.warn(`The link ${shown(path)} is left out: ${reason}.`);
  };
  try {
    const real = await realpath(link);
    if (!isOutput(options.root, real)) return leaveOut('it leads out of the project');
    const kind = await stat(real);
    if (kind.isFile()) return place.isTaken ? path : undefined;
    if (!kind.isDirectory()) return leaveOut('it leads to neither a file nor a folder');
    if (!place.isOpen) return undefined;
    const cameFrom = [...from.cameFrom, from.real];
    const isRound = cameFrom.some((one) => one === real || one.startsWith(`${real}${sep}`));
    if (isRound) return leaveOut('it leads to a folder that it lies in');
    return { real, path, place, cameFrom };
  } catch (error) {
    if (!isAbsence(error)) throw error;
    return leaveOut('it leads nowhere');
  }
}
