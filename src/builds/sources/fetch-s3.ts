import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { BlobInfo } from '../../blobs/blobs.ts';
import { type FetchOptions, sourceSizeLimit } from './fetch-http.ts';
import { listFiles } from './list-s3.ts';
import { s3Refusal } from './s3-refusal.ts';
import { SourceRefused } from './source-refused.ts';
import { readS3Url, type S3Location, showS3 } from './source-url.ts';
import { type SizeBudget, takeIn } from './take-in.ts';
import { type TimedWork, type TimeLimits, withinTime } from './time-limits.ts';

const usualTimes: TimeLimits = { idle: 30_000, total: 30 * 60_000 };
const usualFileLimit = 100_000;
/** How many files are fetched at once. */
const lanes = 8;

export interface S3Options extends FetchOptions {
  /** The region of the app. */
  readonly region: string;
  /** Where S3 is; AWS itself, or what the SDK's own settings say, when left out. Buckets then stand in paths. */
  readonly endpoint?: string | undefined;
  /** The most files of a prefix; 100,000 when left out. */
  readonly fileLimit?: number | undefined;
}

/** One file of a source that is not an archive. */
export interface SourceFile {
  readonly name: string;
  readonly info: BlobInfo;
}

/**
 * Fetches `s3://bucket/key` into the blobs, with the credentials that the SDK finds for the server.
 * Throws SourceRefused with the reason, and what `signal` says when it aborts; nothing is kept then.
 */
export async function fetchS3Zip(url: string, options: S3Options): Promise<BlobInfo> {
  const at = readS3Url(url);
  if (at.key === '' || at.key.endsWith('/')) {
    throw new SourceRefused(`${showS3(at)} names no file: a prefix needs the sourceUrlType BUCKET_PREFIX`);
  }
  return withS3(options, async (s3) => {
    options.log(`Fetching ${showS3(at)}`);
    const info = await s3.fetch(at);
    options.log(`Fetched ${info.size} bytes`);
    return info;
  });
}

/**
 * Fetches every file below `s3://bucket/prefix/` into the blobs, several at once. `s3://bucket/site` means the
 * folder `site/`, not what else begins with these letters; without a prefix it is the whole bucket.
 * Throws as fetchS3Zip does; files that are in the blobs already by then are left to be swept.
 */
export async function fetchS3Files(url: string, options: S3Options): Promise<SourceFile[]> {
  const { bucket, key } = readS3Url(url);
  const prefix = { bucket, key: key === '' || key.endsWith('/') ? key : `${key}/` };
  return withS3(options, async (s3) => {
    options.log(`Listing ${showS3(prefix)}`);
    const listed = await listFiles(prefix, s3.list, options.fileLimit ?? usualFileLimit, s3.budget);
    options.log(`Fetching ${listed.length} files`);
    const files = await inLanes(listed, s3.timed, async ({ name, at }) => ({
      name,
      info: await s3.fetch(at),
    }));
    options.log(`Fetched ${s3.budget.limit - s3.budget.left} bytes`);
    return files;
  });
}

type S3 = Awaited<ReturnType<typeof connect>>;

async function withS3<T>(options: S3Options, work: (s3: S3) => Promise<T>): Promise<T> {
  return withinTime(options.times ?? usualTimes, options.signal, async (timed) => {
    const s3 = await connect(options, timed);
    try {
      return await work(s3);
    } finally {
      s3.close();
    }
  });
}

async function connect({ endpoint, region, blobs, limit = sourceSizeLimit }: S3Options, timed: TimedWork) {
  // The SDK is large, and few servers ever need it.
  const { S3Client, GetObjectCommand, ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const place = endpoint === undefined ? {} : { endpoint, forcePathStyle: true };
  const client: S3Client = new S3Client({ region, ...place });
  const budget: SizeBudget = { limit, left: limit };
  const ask = async <T>(at: S3Location, answer: Promise<T>): Promise<T> => {
    try {
      return await timed.answer(answer);
    } catch (error) {
      timed.signal.throwIfAborted();
      throw s3Refusal(error, showS3(at));
    }
  };
  const abortSignal = timed.signal;
  return {
    timed,
    budget,
    list: (at: S3Location, token: string | undefined) => {
      const input = { Bucket: at.bucket, Prefix: at.key, ContinuationToken: token };
      return ask(at, client.send(new ListObjectsV2Command(input), { abortSignal }));
    },
    fetch: async (at: S3Location): Promise<BlobInfo> => {
      const input = { Bucket: at.bucket, Key: at.key };
      const found = await ask(at, client.send(new GetObjectCommand(input), { abortSignal }));
      const body = found.Body as Readable;
      const encoding = found.ContentEncoding || 'identity';
      // What old clients leave behind on objects that they wrote in pieces; it says nothing of the content.
      if (encoding !== 'identity' && encoding !== 'aws-chunked') {
        body.destroy();
        throw new SourceRefused(`${showS3(at)} is kept with a content encoding, which is not supported`);
      }
      return takeIn({ body, length: found.ContentLength, shown: showS3(at) }, blobs, budget, timed);
    },
    close: () => client.destroy(),
  };
}

/** Does the work for each, several at once and in order of the list. The first failure ends them all. */
async function inLanes<T, R>(
  list: readonly T[],
  timed: TimedWork,
  work: (one: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = list.entries();
  const lane = async () => {
    for (const [index, one] of left) {
      timed.signal.throwIfAborted();
      results[index] = await work(one);
    }
  };
  const running = Array.from({ length: lanes }, () => lane().catch((error) => timed.fail(error)));
  await Promise.all(running);
  timed.signal.throwIfAborted();
  return results;
}
