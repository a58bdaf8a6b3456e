import { type Job, paddedJobId } from '../domain/job.ts';
import type { SettingsOfBranch } from '../store/branch-settings.ts';
import { jobFilesOf } from '../store/job-files.ts';
import { readDeployment } from './deployment-source.ts';
import { headerFileOf, readHeaders } from './header-rules.ts';
import type { JobOptions } from './job-options.ts';
import type { JobWork } from './job-work.ts';
import { previousTree } from './previous-tree.ts';
import type { Site } from './site.ts';

/** Makes the site of a deployment by hand out of what was uploaded or is fetched. */
export async function unpackDeployment(
  { store, blobs, fetching }: JobOptions,
  job: Job,
  work: JobWork,
  settings: SettingsOfBranch,
): Promise<Site> {
  const { appId, branchName, jobId } = job;
  const log = work.log();
  log.info(
    `Beginning deployment for application ${appId}, branch:${branchName}, buildId ${paddedJobId(jobId)}`,
  );
  const tree = await readDeployment({
    job,
    files: await jobFilesOf(store.read, job),
    blobs,
    log,
    signal: work.signal,
    previous: await previousTree(store, blobs, job),
    fetching: { ...fetching, region: settings.region },
    noteArtifact: (artifact) => work.note({ artifact }),
  });
  const { app, branch } = settings;
  const headers = await readHeaders({
    file: headerFileOf(blobs, tree),
    customHeaders: app.customHeaders,
    appRoot: { ...app.environmentVariables, ...branch.environmentVariables }.AMPLIFY_MONOREPO_APP_ROOT,
    log,
  });
  return { tree, headers };
}
