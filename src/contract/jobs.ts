import { everywhere } from './errors.ts';
import { operation } from './operation.ts';
import {
  label,
  list,
  map,
  oneOf,
  optional,
  sometimesLeftOut,
  string,
  structure,
  timestamp,
} from './schema.ts';
import {
  AppId,
  BranchName,
  JobId,
  NextToken,
  paging,
  SourceUrl,
  SourceUrlType,
  StatusReason,
  ThumbnailUrl,
} from './shapes.ts';

const CommitId = string({ max: 255, pattern: '(?s).*' });
const CommitMessage = string({ max: 10000, pattern: '(?s).*' });
const Url = string({ max: 1000 });
const JobType = oneOf(['RELEASE', 'RETRY', 'MANUAL', 'WEB_HOOK'], { max: 10 });
const JobStatus = oneOf([
  'CREATED',
  'PENDING',
  'PROVISIONING',
  'RUNNING',
  'FAILED',
  'SUCCEED',
  'CANCELLING',
  'CANCELLED',
]);

export const JobSummary = structure({
  jobArn: string({ max: 1000 }),
  jobId: JobId,
  commitId: sometimesLeftOut(CommitId),
  commitMessage: sometimesLeftOut(CommitMessage),
  commitTime: sometimesLeftOut(timestamp()),
  startTime: sometimesLeftOut(timestamp()),
  status: JobStatus,
  endTime: optional(timestamp()),
  jobType: sometimesLeftOut(JobType),
  sourceUrl: optional(SourceUrl),
  sourceUrlType: optional(SourceUrlType),
});

const Step = structure({
  stepName: string({ max: 255 }),
  startTime: timestamp(),
  status: JobStatus,
  endTime: sometimesLeftOut(timestamp()),
  logUrl: optional(Url),
  artifactsUrl: optional(Url),
  testArtifactsUrl: optional(Url),
  testConfigUrl: optional(Url),
  screenshots: optional(map(string({ max: 256 }), ThumbnailUrl)),
  statusReason: optional(StatusReason),
  context: optional(string()),
});

export const Job = structure({ summary: JobSummary, steps: list(Step) });

const oneJob = { appId: label(AppId), branchName: label(BranchName), jobId: label(JobId) };

export const startJob = operation({
  name: 'StartJob',
  method: 'POST',
  path: '/apps/{appId}/branches/{branchName}/jobs',
  input: structure({
    appId: label(AppId),
    branchName: label(BranchName),
    jobId: optional(JobId),
    jobType: JobType,
    jobReason: optional(string({ max: 255, pattern: '(?s).*' })),
    commitId: optional(CommitId),
    commitMessage: optional(CommitMessage),
    commitTime: optional(timestamp()),
  }),
  output: structure({ jobSummary: JobSummary }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException'],
});

export const getJob = operation({
  name: 'GetJob',
  method: 'GET',
  path: '/apps/{appId}/branches/{branchName}/jobs/{jobId}',
  input: structure(oneJob),
  output: structure({ job: Job }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException'],
});

export const listJobs = operation({
  name: 'ListJobs',
  method: 'GET',
  path: '/apps/{appId}/branches/{branchName}/jobs',
  input: structure({ appId: label(AppId), branchName: label(BranchName), ...paging }),
  output: structure({ jobSummaries: list(JobSummary), nextToken: optional(NextToken) }),
  errors: [...everywhere, 'LimitExceededException'],
});

export const stopJob = operation({
  name: 'StopJob',
  method: 'DELETE',
  path: '/apps/{appId}/branches/{branchName}/jobs/{jobId}/stop',
  input: structure(oneJob),
  output: structure({ jobSummary: JobSummary }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException'],
});

export const deleteJob = operation({
  name: 'DeleteJob',
  method: 'DELETE',
  path: '/apps/{appId}/branches/{branchName}/jobs/{jobId}',
  input: structure(oneJob),
  output: structure({ jobSummary: JobSummary }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException'],
});
