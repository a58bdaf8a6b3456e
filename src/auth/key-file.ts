import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { platform } from 'node:os';
import { dirname } from 'node:path';

const KEY_BYTES = 32;
const MAX_FILE_BYTES = 64;
const GROUP_AND_OTHERS = 0o077;
const isPosix = platform() !== 'win32';

/**
 * The key that seals secrets at rest: 32 random bytes, as base64url text in a file of mode 0600. Makes the file if
 * there is none; processes that start at the same time all get the key of the one that was first. Throws an Error
 * when the file holds no key, or when its mode (POSIX) lets group or others use it.
 */
export function loadOrCreateKeyFile(path: string): KeyObject {
  return readKeyFile(path) ?? createKeyFile(path);
}

function createKeyFile(path: string): KeyObject {
  const temporary = `${path}.${randomBytes(9).toString('hex')}.tmp`;
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(file, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    // link, unlike rename, never replaces: of several processes one wins and the others read its key.
    linkSync(temporary, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(path));
  const key = readKeyFile(path);
  if (key === undefined) throw new Error(`The key file ${path} was removed while it was made.`);
  return key;
}

function readKeyFile(path: string): KeyObject | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { mode } = fstatSync(file);
    if (isPosix && (mode & GROUP_AND_OTHERS) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0');
      throw new Error(
        `The key file ${path} has mode ${octal}, so others can read it. Run: chmod 600 ${path}`,
      );
    }
    return parseKey(path, readStart(file));
  } finally {
    closeSync(file);
  }
}

function readStart(file: number): string {
  const bytes = Buffer.alloc(MAX_FILE_BYTES + 1);
  return bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0));
}

function parseKey(path: string, content: string): KeyObject {
  const text = content.trim();
  const bytes = Buffer.from(text, 'base64url');
  if (content.length > MAX_FILE_BYTES || bytes.length !== KEY_BYTES || bytes.toString('base64url') !== text) {
    throw new Error(`The key file ${path} does not hold a key: expected 32 bytes as base64url text.`);
  }
  return createSecretKey(bytes);
}

function syncFolder(path: string): void {
  // Windows cannot open a folder.
  if (!isPosix) return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
