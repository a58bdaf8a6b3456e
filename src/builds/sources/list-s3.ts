import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { fileNameFault } from '../../domain/file-name.ts';
import { SourceRefused } from './source-refused.ts';
import { type S3Location, shorten, showS3 } from './source-url.ts';
import { type SizeBudget, tooLarge } from './take-in.ts';

/** Asks for one page of the keys that begin with a prefix. */
export type ListPage = (prefix: S3Location, token: string | undefined) => Promise<ListObjectsV2CommandOutput>;

export interface ListedFile {
  /** The key without the prefix. */
  readonly name: string;
  readonly at: S3Location;
}

/**
 * The files below a prefix. Keys that end in `/` stand for folders and are left out.
 * Throws SourceRefused when there are none, too many or too large ones, or one whose name cannot be taken.
 */
export async function listFiles(
  prefix: S3Location,
  listPage: ListPage,
  fileLimit: number,
  budget: SizeBudget,
): Promise<ListedFile[]> {
  const files = new Map<string, ListedFile>();
  let seen = 0;
  let size = 0;
  let token: string | undefined;
  do {
    const page = await listPage(prefix, token);
    for (const { Key: key = '', Size = 0 } of page.Contents ?? []) {
      // Folders count too: they cost as much to list.
      if (++seen > fileLimit) throw new SourceRefused(`${showS3(prefix)} holds more than ${fileLimit} files`);
      size += Size;
      if (size > budget.limit) throw tooLarge(showS3(prefix), budget);
      if (key.endsWith('/')) continue;
      const name = key.slice(prefix.key.length);
      const fault = key.startsWith(prefix.key) ? fileNameFault(name) : 'is not below the prefix';
      if (fault !== undefined || files.has(name)) {
        throw new SourceRefused(`The name of the file ${shorten(name)} ${fault ?? 'is there twice'}`);
      }
      files.set(name, { name, at: { bucket: prefix.bucket, key } });
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
    if (page.IsTruncated && !token) throw new SourceRefused(`${showS3(prefix)} was listed in part only`);
  } while (token !== undefined);
  if (files.size === 0) throw new SourceRefused(`${showS3(prefix)} holds no files`);
  return [...files.values()];
}
