import type { BlobStore } from '../../blobs/blobs.ts';
import type { Variables } from '../../domain/environment-variables.ts';
import type { StepName } from '../../domain/job.ts';
import type { SiteTree } from '../../domain/site-tree.ts';
import type { BuildCache } from '../../store/build-caches.ts';
import type { StepLog } from '../job-logs.ts';
import type { TestArtifact } from '../outputs/test-artifacts.ts';
import type { BuildFolder } from './build-folder.ts';
import type { Machine } from './machine.ts';

/** A build as it is run: for a job, or for a working copy without any app. */
export interface BuildRequest {
  /** Marks its processes. */
  readonly id: string;
  /** Absolute; made by the build. */
  readonly folder: string;
  readonly repositoryName: string;
  /** Puts the files into `folder.checkout`, which is not there yet. The signal ends it. */
  checkOut(folder: BuildFolder, log: StepLog, signal: AbortSignal): Promise<void>;
  readonly appSpec: string | undefined;
  readonly branchSpec: string | undefined;
  readonly customHeaders: string | undefined;
  /** What app and branch set: some of it steers the build itself. */
  readonly settings: Variables;
  /** All variables but those of the machine; called when the files are checked out. */
  variables(spec: Variables): Variables;
  readonly secrets: { readonly path: string; read(): Promise<Variables> };
  readonly backendEnvironment: string | undefined;
  readonly cache: BuildCache;
  /** What is left out stays as it was. */
  keepCache(change: Partial<BuildCache>): Promise<void>;
  keepTests(outputs: readonly TestArtifact[]): Promise<void>;
  /** Whether a path of the repository is as it was when the branch was deployed last. */
  isUnchanged(path: string): boolean;
  readonly previous: SiteTree | undefined;
  readonly blobs: BlobStore;
  readonly machine: Machine;
}

/** How a build tells how far it is. */
export interface BuildProgress {
  /** Of the step that runs now. */
  log(): StepLog;
  begin(step: StepName): Promise<void>;
  readonly signal: AbortSignal;
}
