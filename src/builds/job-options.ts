import type { BlobStore } from '../blobs/blobs.ts';
import type { AppSettings } from '../domain/app.ts';
import type { SpecVariables } from '../domain/build-environment.ts';
import type { Variables } from '../domain/environment-variables.ts';
import type { Job } from '../domain/job.ts';
import type { Store } from '../store/store.ts';
import type { Machine } from './build/machine.ts';
import type { JobLogs } from './job-logs.ts';
import type { SourceOptions } from './sources/fetch-source.ts';
import type { FetchDeployed } from './verify.ts';

/** What the work on jobs needs of the server. */
export interface JobOptions {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly logs: JobLogs;
  /** Epoch milliseconds. */
  now(): number;
  /** How many jobs of an account run at once. */
  readonly places: number;
  /** How many deployments of a branch are kept. */
  readonly kept: number;
  readonly fetching: Omit<SourceOptions, 'blobs' | 'log' | 'signal' | 'region'>;
  readonly building: BuildOptions;
  readonly fetchDeployed: FetchDeployed;
  /** Told when a branch has got something new for its visitors. @returns where they get it */
  onLive(job: Job, displayName: string): string;
  /** Told of a failure that is no fault of the deployment. */
  onFault(error: unknown, job: Job): void;
}

export interface BuildOptions {
  /** Where builds have their folders; absolute. */
  readonly folder: string;
  machineFor(computeType: AppSettings['jobConfig']['buildComputeType']): Promise<Machine>;
  /** What stands in for the parameters of SSM below a path such as `/amplify/<app id>/<branch>/`. */
  secretsBelow(path: string): Promise<Variables>;
  /** Opens what the API sealed. */
  unseal(sealed: string, context: string): string;
  /** Whether repositories of this machine, and by its own SSH keys, may be cloned. */
  readonly allowLocal: boolean;
  readonly specVariables: SpecVariables;
}
