import { fileNameFault } from './file-name.ts';
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
    const fault = fileNameFault(name);
    if (fault !== undefined) throw fileNameInvalid(given, fault);
    if (!/^[0-9a-fA-F]{32}$/.test(md5)) throw md5Invalid(given);
    return { name, md5: md5.toLowerCase(), blob: undefined };
  });
  const names = new Set<string>();
  for (const { name } of files) {
    if (names.has(name)) throw fileNameInvalid(name, 'is there twice');
    names.add(name);
  }
  for (const { name } of files) {
    const folder = foldersOf(name).find((one) => names.has(one));
    if (folder !== undefined) throw fileNameInvalid(name, `is below ${folder}, which is a file`);
  }
  return files;
}

/** `a/b/c` → `a`, `a/b`. */
function foldersOf(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
