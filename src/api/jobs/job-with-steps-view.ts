import type { Operations } from '../../contract/index.ts';
import type { OutputOf } from '../../contract/operation.ts';
import { firstStepOf, type Job } from '../../domain/job.ts';
import { downloadLifetime, type Link, linkPath } from '../../domain/links.ts';
import type { Context } from '../operation.ts';
import { dateOf, jobSummaryView } from './job-view.ts';

/** A job with its steps: those that have begun, with the addresses of their logs. */
export function jobView(context: Context, job: Job): OutputOf<Operations['getJob']>['job'] {
  const { uid } = job;
  const url = (link: Link) => context.link('GET', linkPath(link), context.now() + downloadLifetime);
  const testUrls = ({ configNumber: number }: NonNullable<Job['testArtifacts']>) => ({
    testArtifactsUrl: url({ kind: 'test-artifacts', uid }),
    testConfigUrl: number === undefined ? undefined : url({ kind: 'test-artifact', uid, number }),
  });
  const artifactStep = firstStepOf(job);
  const hasArtifact = job.artifact !== undefined || hasDeployed(job);
  return {
    summary: jobSummaryView(context, job),
    steps: job.steps.map((step) => ({
      stepName: step.name,
      startTime: new Date(step.startTime),
      status: step.status,
      endTime: dateOf(step.endTime),
      logUrl: url({ kind: 'log', uid, step: step.name }),
      artifactsUrl: step.name === artifactStep && hasArtifact ? url({ kind: 'artifact', uid }) : undefined,
      ...(step.name === 'TEST' && job.testArtifacts ? testUrls(job.testArtifacts) : {}),
      statusReason: step.statusReason,
    })),
  };
}

/** An archive is the job's artifact by itself; a build that found nothing changed has deployed nothing. */
function hasDeployed({ status, source, steps }: Job): boolean {
  return status === 'SUCCEED' && source.kind !== 'zip' && steps.some(({ name }) => name === 'DEPLOY');
}
