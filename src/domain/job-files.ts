import { fileNameFault } from './file-name.ts';
import { fileNameInvalid, md5Invalid, tooManyFiles } from './refusals.ts';

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

/** Backline's choice: each file is uploaded by itself, and a zip serves for more. */
const mostFiles = 10_000;

/** Reads the `fileMap` of CreateDeployment. A leading slash is left out; refuses names that no site can have. */
export function readFileMap(fileMap: Readonly<Record<string, string>>): JobFile[] {
  const entries = Object.entries(fileMap);
  if (entries.length > mostFiles) throw tooManyFiles(String(mostFiles));
  const files = entries.map(([given, md5]) => {
    const name = given.replace(/^\//, '');
    const fault = fileNameFault(name);
    if (fault !== undefined) throw fileNameInvalid(given, fault);
    if (!/^[0-9a-fA-F]{32}$/.test(md5)) throw md5Invalid(given);
    return { name, md5: md5.toLowerCase(), blob: undefined };
  });
  refuseClashes(files.map(({ name }) => name));
  return files;
}

/** A name can be there once, and nothing can be below a file. */
function refuseClashes(names: readonly string[]): void {
  // In this order, with slashes before all else, what is below a file comes right behind it.
  const inOrder = names.map((name) => name.replaceAll('/', '\0')).sort();
  for (const [index, name] of inOrder.entries()) {
    const before = inOrder[index - 1];
    if (before === undefined || !`${name}\0`.startsWith(`${before}\0`)) continue;
    const [file, other] = [before.replaceAll('\0', '/'), name.replaceAll('\0', '/')];
    throw fileNameInvalid(other, file === other ? 'is there twice' : `is below ${file}, which is a file`);
  }
}
