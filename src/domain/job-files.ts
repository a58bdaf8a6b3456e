import { fileNameInvalid, md5Invalid } from './refusals.ts';

export interface BlobOfFile {
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
}

/** A file that a deployment announces with its MD5, and its blob once it has come. */
export interface JobFile {
  readonly name: string;
  /** 32 hexadecimal digits, in lower case. */
  readonly md5: string;
  readonly blob: BlobOfFile | undefined;
}

/** Reads the `fileMap` of CreateDeployment. A leading slash is left out; refuses names that no site can have. */
export function readFileMap(fileMap: Readonly<Record<string, string>>): JobFile[] {
  const files = Object.entries(fileMap).map(([given, md5]) => {
    const name = given.replace(/^\//, '');
    if (!isFileName(name)) throw fileNameInvalid(given);
    if (!/^[0-9a-fA-F]{32}$/.test(md5)) throw md5Invalid(given);
    return { name, md5: md5.toLowerCase(), blob: undefined };
  });
  const names = new Set<string>();
  for (const { name } of files) {
    if (names.has(name)) throw fileNameInvalid(name);
    names.add(name);
  }
  for (const { name } of files) {
    const folder = foldersOf(name).find((one) => names.has(one));
    if (folder !== undefined) throw fileNameInvalid(name);
  }
  return files;
}

/** Whether a site can have a file of that name: relative, without tricks, and not longer than paths may be. */
export function isFileName(name: string): boolean {
  if (name === '' || name.length > 1024 || hasForbiddenCharacter(name)) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.length <= 255);
}

function hasForbiddenCharacter(name: string): boolean {
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f || character === '\\' || (code >= 0xd800 && code <= 0xdfff)) return true;
  }
  return false;
}

/** `a/b/c` → `a`, `a/b`. */
function foldersOf(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
