import type { JobKey } from '../store/jobs.ts';
import type { Task } from '../store/tasks.ts';

export const jobTaskKind = 'job';
export const collectTaskKind = 'collect-blobs';

/** The task that takes a job on its way. */
export function jobTask({ appId, branchName, jobId }: JobKey): Task {
  return { kind: jobTaskKind, key: `${appId}/${jobId}/${branchName}` };
}

/** Reads the key of such a task. */
export function readJobTaskKey(key: string): JobKey {
  const [appId = '', jobId = '', ...branchName] = key.split('/');
  return { appId, jobId: Number(jobId), branchName: branchName.join('/') };
}

/** The task that collects what nobody needs any more. */
export const collectTask: Task = { kind: collectTaskKind, key: 'all' };

/** How often it is done, in milliseconds. */
export const collectInterval = 60 * 60 * 1000;

export const pollTaskKind = 'poll-repositories';

/** The task that looks at repositories for pushes. */
export const pollTask: Task = { kind: pollTaskKind, key: 'all' };
