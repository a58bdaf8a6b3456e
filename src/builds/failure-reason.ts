import { BlobMissing } from '../blobs/blobs.ts';
import { ArchiveRefused } from './archive/archive-refused.ts';
import { BuildFailed } from './build-failed.ts';
import { SourceRefused } from './sources/source-refused.ts';
import { JobTooLong } from './stop-watch.ts';
import { VerificationFailed } from './verify.ts';

export interface FailureReason {
  /** One line for whoever deployed. */
  readonly text: string;
  /** It is the server that failed, not what was deployed. */
  readonly isFault: boolean;
}

/** Why a job failed, in words that stand in its log and its step. Nothing of the server's inside shows. */
export function reasonFor(error: unknown): FailureReason {
  if (error instanceof ArchiveRefused || error instanceof SourceRefused || error instanceof BuildFailed) {
    return { text: error.message, isFault: false };
  }
  if (error instanceof JobTooLong) return { text: error.message, isFault: false };
  if (error instanceof VerificationFailed) {
    return { text: `The verification failed: ${error.message}`, isFault: true };
  }
  if (error instanceof BlobMissing) {
    return { text: 'The files of the deployment are not there any more.', isFault: true };
  }
  if ((error as NodeJS.ErrnoException)?.code === 'ENOSPC') {
    return { text: 'No space is left on the disk of the server.', isFault: true };
  }
  return { text: 'An internal error ended the deployment.', isFault: true };
}
