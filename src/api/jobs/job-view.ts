import type { Operations } from '../../contract/index.ts';
import type { OutputOf } from '../../contract/operation.ts';
import { jobArn } from '../../domain/arns.ts';
import type { Job } from '../../domain/job.ts';
import { shownStatus } from '../../domain/job-life-cycle.ts';
import type { Context } from '../operation.ts';

type WireJob = OutputOf<Operations['getJob']>['job'];

/** A job as the lists show it. */
export function jobSummaryView({ caller }: Context, job: Job): WireJob['summary'] {
  const { appId, branchName, jobId, source } = job;
  return {
    jobArn: jobArn(caller, appId, branchName, jobId),
    jobId: String(jobId),
    commitId: job.commitId,
    commitMessage: job.commitMessage,
    commitTime: dateOf(job.commitTime),
    startTime: dateOf(job.startTime ?? job.createTime),
    status: shownStatus(job.status),
    endTime: dateOf(job.endTime),
    jobType: job.type,
    ...(source.kind === 'url' ? { sourceUrl: source.url, sourceUrlType: source.urlType } : {}),
  };
}

/** What StartDeployment answers: no more than these three. Seen on AWS, 2020 to 2026. */
export function startedJobView(context: Context, job: Job): WireJob['summary'] {
  const { jobArn, jobId, status } = jobSummaryView(context, job);
  return { jobArn, jobId, status };
}

export function dateOf(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}
