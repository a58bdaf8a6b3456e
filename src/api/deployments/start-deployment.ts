import { pendingJob } from '../../domain/job.ts';
import { uidFrom } from '../../domain/links.ts';
import { noDeploymentNamed, twoDeploymentsNamed } from '../../domain/refusals.ts';
import { addJob } from '../jobs/add-job.ts';
import { startedJobView } from '../jobs/job-view.ts';
import { requireJob } from '../jobs/require-job.ts';
import { operation } from '../operation.ts';
import { newDeploymentId, requireDeployable } from './require-deployable.ts';
import { startCreated } from './start-created.ts';

export const startDeployment = operation('StartDeployment', async (input, context) => {
  const { caller, now, random, store } = context;
  const { appId, branchName, jobId, sourceUrl: url, sourceUrlType: urlType = 'ZIP' } = input;
  if (!jobId && !url) throw noDeploymentNamed();
  if (jobId && url) throw twoDeploymentsNamed();
  const at = now();
  const uid = uidFrom(random(16));
  const job = await store.transact(async (tx) => {
    await requireDeployable(tx, caller, input);
    if (jobId) return startCreated(tx, await requireJob(tx, caller, { appId, branchName, jobId }), at);
    const source = { kind: 'url', url: url ?? '', urlType } as const;
    const number = await newDeploymentId(tx, input);
    const started = pendingJob({ appId, branchName, jobId: number, uid, type: 'MANUAL', source }, at);
    await addJob(tx, started, at);
    return started;
  });
  return { jobSummary: startedJobView(context, job) };
});
