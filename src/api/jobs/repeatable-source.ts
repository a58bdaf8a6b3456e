import type { Job, JobSource } from '../../domain/job.ts';
import { jobNotRepeatable } from '../../domain/refusals.ts';
import { findDeployment } from '../../store/deployments.ts';
import type { Transaction } from '../../store/store.ts';

/** The same bytes again: what was deployed, else the archive that came, else what can be fetched once more. */
export async function repeatableSource(tx: Transaction, job: Job): Promise<JobSource> {
  const deployment = await findDeployment(tx, job);
  if (deployment) return { kind: 'tree', tree: deployment.tree };
  if (job.artifact) return { kind: 'zip' };
  if (job.source.kind === 'url') return job.source;
  throw jobNotRepeatable(String(job.jobId));
}
