/** The states of a job. Builds also have PROVISIONING; deployments go from PENDING to RUNNING at once. */
export type JobStatus =
  | 'CREATED'
  | 'PENDING'
  | 'PROVISIONING'
  | 'RUNNING'
  | 'CANCELLING'
  | 'CANCELLED'
  | 'FAILED'
  | 'SUCCEED';

export type JobEvent =
  /** StartDeployment was called for what CreateDeployment made. */
  | 'started'
  /** A place among the jobs of the account became free. */
  | 'takenUp'
  | 'succeeded'
  | 'failed'
  /** StopJob was called. */
  | 'stopAsked'
  /** The work has ended after StopJob. */
  | 'stopped';

type Row = Readonly<Record<JobEvent, JobStatus | 'refuse'>>;

const nothing: Row = {
  started: 'refuse',
  takenUp: 'refuse',
  succeeded: 'refuse',
  failed: 'refuse',
  stopAsked: 'refuse',
  stopped: 'refuse',
};

/** What happens to a job in each state: total, so a forgotten case does not compile. */
export const jobLifeCycle: Readonly<Record<JobStatus, Row>> = {
  CREATED: { ...nothing, started: 'PENDING', failed: 'FAILED', stopAsked: 'CANCELLED' },
  PENDING: { ...nothing, takenUp: 'RUNNING', failed: 'FAILED', stopAsked: 'CANCELLED' },
  PROVISIONING: { ...nothing, takenUp: 'RUNNING', failed: 'FAILED', stopAsked: 'CANCELLING' },
  RUNNING: { ...nothing, succeeded: 'SUCCEED', failed: 'FAILED', stopAsked: 'CANCELLING' },
  CANCELLING: { ...nothing, stopped: 'CANCELLED', stopAsked: 'CANCELLING' },
  CANCELLED: nothing,
  FAILED: nothing,
  SUCCEED: nothing,
};

/** Whether the job has come to its end. */
export function isFinished(status: JobStatus): boolean {
  return status === 'CANCELLED' || status === 'FAILED' || status === 'SUCCEED';
}

/**
 * The status that clients see. A deployment that waits for its files is shown as PENDING (Backline's choice): the
 * Amplify CLI stops jobs of that status before it publishes again, and so gets past one whose upload broke off.
 */
export function shownStatus(status: JobStatus): JobStatus {
  return status === 'CREATED' ? 'PENDING' : status;
}

/** The states in which a job keeps its branch from another. One that is being cancelled publishes nothing more. */
export const blockingStatuses = ['CREATED', 'PENDING', 'PROVISIONING', 'RUNNING'] as const;

/** The states in which a job takes one of the places of its account. */
export const workingStatuses = ['PROVISIONING', 'RUNNING', 'CANCELLING'] as const;
