import { tokenContext } from '../domain/app.ts';
import type { Job } from '../domain/job.ts';
import type { RepositoryToken } from '../domain/repository.ts';
import type { SettingsOfBranch } from '../store/branch-settings.ts';
import { publishedDeployment } from '../store/deployments.ts';
import { findJob } from '../store/jobs.ts';
import type { Store } from '../store/store.ts';
import type { BuildRequest } from './build/build-request.ts';
import { describeMachine, type Machine } from './build/machine.ts';
import { BuildFailed } from './build-failed.ts';
import { changedFiles } from './git/changed-files.ts';
import { clone } from './git/clone.ts';
import type { GitOptions } from './git/git-access.ts';
import type { JobOptions } from './job-options.ts';
import type { JobWork } from './job-work.ts';
import { markOf } from './run/environment.ts';

/** The commit of a job, from when it is checked out. */
export interface JobCheckout extends Pick<BuildRequest, 'checkOut' | 'isUnchanged'> {
  /** All of its digits. */
  commitId(): string;
}

/** Clones the repository of a job's app at the job's commit, and notes in the job what that is. */
export function createJobCheckout(
  { store, building }: JobOptions,
  job: Job,
  work: JobWork,
  settings: SettingsOfBranch,
  machine: Machine,
): JobCheckout {
  const { repository: url, jobConfig } = settings.app;
  let commitId = '';
  let changed: readonly string[] | undefined;
  return {
    commitId: () => commitId,
    isUnchanged: (path) => changed !== undefined && !touches(changed, path),
    async checkOut({ home, checkout }, log, signal) {
      log.info(describeMachine(machine, jobConfig.buildComputeType));
      if (!url) throw new BuildFailed('The app is not connected to a repository any more.');
      const git: GitOptions = { path: machine.path, home, signal, mark: markOf(job.uid, 'git') };
      const token = tokenOf(building, job.appId, settings.sealedToken);
      const { id, message, time } = await clone(
        { ...git, url, token, policy: { allowLocal: building.allowLocal } },
        { branchName: job.branchName, commitId: commitOf(job), folder: checkout, log },
      );
      commitId = id;
      // Before a command of the build can have changed what git is told to do in there.
      const last = needsChanges(settings) ? await lastCommit(store, job) : undefined;
      changed = last === undefined ? undefined : await changedFiles(checkout, last, id, git);
      const shown = job.type === 'WEB_HOOK' ? {} : { commitId: id };
      await work.note({ ...shown, builtCommit: id, commitMessage: message, commitTime: time });
    },
  };
}

/** AWS documentation: "Configuring diff based frontend build and deploy". */
function needsChanges({ app, branch }: SettingsOfBranch): boolean {
  const variables = { ...app.environmentVariables, ...branch.environmentVariables };
  return variables.AMPLIFY_DIFF_DEPLOY === 'true' || variables.AMPLIFY_DIFF_BACKEND === 'true';
}

/** Whether one of the files is, or lies below, a path of the repository. */
function touches(files: readonly string[], path: string): boolean {
  const root = path.replace(/^\/+|\/+$/g, '');
  return files.some((name) => root === '' || name === root || name.startsWith(`${root}/`));
}

function commitOf({ source }: Job): string | undefined {
  return source.kind === 'repository' ? source.commitId : undefined;
}

function tokenOf(
  { unseal }: JobOptions['building'],
  appId: string,
  sealed: string | undefined,
): RepositoryToken | undefined {
  return sealed === undefined ? undefined : JSON.parse(unseal(sealed, tokenContext(appId)));
}

/** The commit that the branch's visitors get. */
async function lastCommit(store: Store, job: Job): Promise<string | undefined> {
  const published = await publishedDeployment(store.read, job);
  const origin = published && (await findJob(store.read, { ...job, jobId: published.originJobId }));
  return origin?.builtCommit;
}
