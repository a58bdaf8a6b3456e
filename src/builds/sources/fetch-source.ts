import type { LookupFunction } from 'node:net';
import type { BlobInfo } from '../../blobs/blobs.ts';
import { fetchHttp } from './fetch-http.ts';
import { fetchS3Files, fetchS3Zip, type S3Options, type SourceFile } from './fetch-s3.ts';
import { SourceRefused } from './source-refused.ts';

/** Where the files of a deployment are, as StartDeployment takes it. */
export interface Source {
  readonly url: string;
  readonly type: 'ZIP' | 'BUCKET_PREFIX';
}

export type FetchedSource =
  | { readonly kind: 'zip'; readonly info: BlobInfo }
  | { readonly kind: 'files'; readonly files: readonly SourceFile[] };

export interface SourceOptions extends S3Options {
  /** Whether http and https sources may be on this host and in private networks. */
  readonly allowPrivate: boolean;
  readonly lookup?: LookupFunction | undefined;
}

/**
 * Fetches the source of a deployment into the blobs: an archive over http, https or from S3, or the files below a
 * prefix in S3. Throws SourceRefused with a reason for the user, and what `signal` says when it aborts.
 */
export async function fetchSource({ url, type }: Source, options: SourceOptions): Promise<FetchedSource> {
  const isS3 = url.startsWith('s3://');
  if (type === 'ZIP') {
    return { kind: 'zip', info: await (isS3 ? fetchS3Zip(url, options) : fetchHttp(url, options)) };
  }
  if (!isS3) {
    throw new SourceRefused(
      'The sourceUrlType BUCKET_PREFIX needs a source URL of the form s3://bucket/prefix',
    );
  }
  return { kind: 'files', files: await fetchS3Files(url, options) };
}
