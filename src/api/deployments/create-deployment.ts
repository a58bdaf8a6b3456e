import { createdJob, type Job, startLimit } from '../../domain/job.ts';
import { readFileMap } from '../../domain/job-files.ts';
import { type Link, linkPath, uidFrom } from '../../domain/links.ts';
import { insertJobFiles } from '../../store/job-files.ts';
import { addJob } from '../jobs/add-job.ts';
import { operation } from '../operation.ts';
import { newDeploymentId, requireDeployable } from './require-deployable.ts';

export const createDeployment = operation('CreateDeployment', async (input, context) => {
  const { caller, now, random, store, link } = context;
  const { appId, branchName, fileMap = {} } = input;
  const at = now();
  const uid = uidFrom(random(16));
  const files = readFileMap(fileMap);
  const kind = files.length > 0 ? 'files' : 'zip';
  const job = await store.transact(async (tx): Promise<Job> => {
    await requireDeployable(tx, caller, input);
    const jobId = await newDeploymentId(tx, input);
    const created = createdJob({ appId, branchName, jobId, uid, type: 'MANUAL', source: { kind } }, at);
    await addJob(tx, created, at);
    await insertJobFiles(tx, created, files);
    return created;
  });
  const url = (to: Link) => link('PUT', linkPath(to), at + startLimit);
  return {
    jobId: String(job.jobId),
    fileUploadUrls: Object.fromEntries(
      Object.keys(fileMap).map((name, number) => [name, url({ kind: 'file-upload', uid, number })]),
    ),
    zipUploadUrl: url({ kind: 'upload', uid }),
  };
});
