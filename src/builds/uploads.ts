import { type BlobInfo, type Blobs, BlobTooLarge } from '../blobs/blobs.ts';
import { FileRefused } from '../domain/file-refused.ts';
import { type Job, startLimit } from '../domain/job.ts';
import type { Link } from '../domain/links.ts';
import { holdAnyApp } from '../store/apps.ts';
import { findJobFile, setJobFileBlob } from '../store/job-files.ts';
import { findJob, findJobByUid, replaceJob } from '../store/jobs.ts';
import type { Store, Transaction } from '../store/store.ts';

type UploadLink = Extract<Link, { kind: 'upload' | 'file-upload' }>;

export interface Upload {
  readonly link: UploadLink;
  readonly body: AsyncIterable<Uint8Array>;
  /** What the header announces, in bytes. */
  readonly length: number | undefined;
  /** What the header says: MD5 in base64. */
  readonly md5: string | undefined;
}

export interface Uploads {
  /** Takes what is put to an upload address; kept when it resolves. Throws FileRefused. */
  receive(upload: Upload): Promise<BlobInfo>;
}

/** AWS documentation: a manually deployed archive may have 5 GB. */
const sizeLimit = 5 * 1024 ** 3;

const tooLarge = () =>
  new FileRefused(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size: 5 GB.');
const badDigest = (what: string) =>
  new FileRefused(400, 'BadDigest', `The ${what} you specified did not match what we received.`);
const gone = () => new FileRefused(404, 'NoSuchKey', 'There is no deployment any more that waits for this.');
const closed = () =>
  new FileRefused(
    409,
    'OperationAborted',
    'The deployment does not wait for uploads any more: it was started, stopped or is too old.',
  );
const otherContent = () =>
  new FileRefused(
    409,
    'OperationAborted',
    'Other content was uploaded here already; an address takes one content. Create a new deployment.',
  );

export function createUploads({ store, blobs, now }: { store: Store; blobs: Blobs; now(): number }): Uploads {
  const requireWaiting = (job: Job | undefined): Job => {
    if (!job) throw gone();
    if (job.status !== 'CREATED' || now() >= job.createTime + startLimit) throw closed();
    return job;
  };

  const note = async (tx: Transaction, job: Job, link: UploadLink, blob: BlobInfo) => {
    if (link.kind === 'upload') {
      if (job.artifact && job.artifact.hash !== blob.hash) throw otherContent();
      await replaceJob(tx, { ...job, artifact: blob });
      return;
    }
    const file = await findJobFile(tx, job, link.number);
    if (!file) throw gone();
    if (file.md5 !== blob.md5) throw badDigest('MD5 of the file in the fileMap');
    await setJobFileBlob(tx, job, link.number, { hash: blob.hash, size: blob.size });
  };

  return {
    async receive({ link, body, length, md5 }) {
      const job = requireWaiting(await findJobByUid(store.read, link.uid));
      const expected = md5 === undefined ? undefined : readMd5(md5);
      if (length !== undefined && length > sizeLimit) throw tooLarge();
      const blob = await take(blobs, body);
      if (length !== undefined && blob.size !== length) {
        throw new FileRefused(400, 'IncompleteBody', 'You did not provide the announced number of bytes.');
      }
      if (expected !== undefined && expected !== blob.md5) throw badDigest('Content-MD5');
      await store.transact(async (tx) => {
        await holdAnyApp(tx, job.appId);
        await note(tx, requireWaiting(await findJob(tx, job)), link, blob);
      });
      return blob;
    },
  };
}

async function take(blobs: Blobs, body: AsyncIterable<Uint8Array>): Promise<BlobInfo> {
  try {
    return await blobs.put(body, { limit: sizeLimit });
  } catch (error) {
    if (error instanceof BlobTooLarge) throw tooLarge();
    throw error;
  }
}

/** @returns in hexadecimal */
function readMd5(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 16 && bytes.toString('base64') === base64) return bytes.toString('hex');
  throw new FileRefused(400, 'InvalidDigest', 'The Content-MD5 you specified is not valid.');
}
