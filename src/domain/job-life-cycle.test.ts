import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advanceJob, beginStep, createdJob, type Job, paddedJobId, pendingJob, readJobId } from './job.ts';
import { isFinished, type JobEvent, jobLifeCycle } from './job-life-cycle.ts';

const key = { appId: 'd1', branchName: 'main', jobId: 1, uid: 'u', type: 'MANUAL' } as const;
const source = { kind: 'zip' } as const;
const events = Object.keys(jobLifeCycle.CREATED) as JobEvent[];

test('a job that is finished stays as it is, whatever happens', () => {
  for (const status of ['CANCELLED', 'FAILED', 'SUCCEED'] as const) {
    expect(isFinished(status)).toBe(true);
    expect(new Set(Object.values(jobLifeCycle[status]))).toEqual(new Set(['refuse']));
  }
});

test('every state that is not the end leads to one', () => {
  for (const [status, row] of Object.entries(jobLifeCycle)) {
    if (isFinished(status as Job['status'])) continue;
    const next = new Set<string>([status]);
    for (const state of next) {
      for (const to of Object.values(jobLifeCycle[state as Job['status']] ?? row))
        if (to !== 'refuse') next.add(to);
    }
    expect([...next].some((state) => isFinished(state as Job['status']))).toBe(true);
  }
});

test('only a job that runs can succeed, and one that was asked to stop never does', () => {
  const succeeding = Object.entries(jobLifeCycle).filter(([, row]) => row.succeeded !== 'refuse');
  expect(succeeding.map(([status]) => status)).toEqual(['RUNNING']);
  expect(Object.values(jobLifeCycle.CANCELLING)).not.toContain('SUCCEED');
  expect(Object.values(jobLifeCycle.CANCELLING)).not.toContain('RUNNING');
});

test('in any order of events, a job has an end exactly when it is finished, and so have its steps', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.constantFrom(...events, 'step'), { maxLength: 12 }),
      (isCreated, happen) => {
        let at = 1000;
        let job = (isCreated ? createdJob : pendingJob)({ ...key, source }, at);
        for (const event of happen) {
          at += 10;
          if (event !== 'step') job = advanceJob(job, event, at, { reason: 'why' }) ?? job;
          else if (job.status === 'RUNNING')
            job = beginStep(job, job.steps.length === 0 ? 'DEPLOY' : 'VERIFY', at);
        }
        expect(job.endTime !== undefined).toBe(isFinished(job.status));
        expect(job.endTime ?? at).toBeGreaterThanOrEqual(job.startTime ?? job.createTime);
        for (const step of job.steps) {
          expect(step.endTime !== undefined).toBe(isFinished(step.status));
          expect(step.endTime ?? at).toBeGreaterThanOrEqual(step.startTime);
          if (isFinished(job.status)) expect(isFinished(step.status)).toBe(true);
        }
      },
    ),
  );
});

test('the reason of an end stands in the step that was under way, not in those before', () => {
  const running = advanceJob(pendingJob({ ...key, source }, 1), 'takenUp', 2) as Job;
  const verifying = beginStep(beginStep(running, 'DEPLOY', 3), 'VERIFY', 4);
  const failed = advanceJob(verifying, 'failed', 5, { reason: 'It broke.' });
  expect(failed?.steps).toEqual([
    { name: 'DEPLOY', status: 'SUCCEED', startTime: 3, endTime: 4 },
    { name: 'VERIFY', status: 'FAILED', startTime: 4, endTime: 5, statusReason: 'It broke.' },
  ]);
});

test('a step that begins again has one entry', () => {
  const running = advanceJob(pendingJob({ ...key, source }, 1), 'takenUp', 2) as Job;
  const again = beginStep(beginStep(running, 'DEPLOY', 3), 'DEPLOY', 9);
  expect(again.steps).toEqual([{ name: 'DEPLOY', status: 'RUNNING', startTime: 9 }]);
});

// Seen on AWS: `…/jobs/0000000268` in ARNs, "268" as jobId.
test('numbers are padded to ten digits, and read in both forms', () => {
  expect([1, 268, 12_345_678_901].map(paddedJobId)).toEqual(['0000000001', '0000000268', '12345678901']);
  expect(['1', '0000000268'].map(readJobId)).toEqual([1, 268]);
  expect(readJobId('9'.repeat(255))).toBeNaN();
});
