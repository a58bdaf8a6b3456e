import { everywhere } from './errors.ts';
import { JobSummary } from './jobs.ts';
import { operation } from './operation.ts';
import { label, map, optional, string, structure } from './schema.ts';
import { AppId, BranchName, JobId, SourceUrl, SourceUrlType } from './shapes.ts';

const FileName = string({ max: 255, pattern: '(?s).*' });
const UploadUrl = string({ max: 1000 });

export const createDeployment = operation({
  name: 'CreateDeployment',
  method: 'POST',
  path: '/apps/{appId}/branches/{branchName}/deployments',
  input: structure({
    appId: label(AppId),
    branchName: label(BranchName),
    fileMap: optional(map(FileName, string({ max: 32, pattern: '(?s).*' }))),
  }),
  output: structure({
    jobId: optional(JobId),
    fileUploadUrls: map(FileName, UploadUrl),
    zipUploadUrl: UploadUrl,
  }),
  errors: [...everywhere, 'LimitExceededException'],
});

export const startDeployment = operation({
  name: 'StartDeployment',
  method: 'POST',
  path: '/apps/{appId}/branches/{branchName}/deployments/start',
  input: structure({
    appId: label(AppId),
    branchName: label(BranchName),
    jobId: optional(JobId),
    sourceUrl: optional(SourceUrl),
    sourceUrlType: optional(SourceUrlType),
  }),
  output: structure({ jobSummary: JobSummary }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException'],
});
