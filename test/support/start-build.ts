import {
  type AmplifyClient,
  type JobSummary,
  StartJobCommand,
  type StartJobCommandInput,
} from '@aws-sdk/client-amplify';
import { present } from './amplify.ts';
import type { BranchKey } from './jobs.ts';

/** StartJob of the type RELEASE, unless told otherwise, with what is known of its commit. */
export async function startBuild(
  client: AmplifyClient,
  branch: BranchKey,
  input: Partial<StartJobCommandInput> = {},
): Promise<JobSummary> {
  const command = new StartJobCommand({ jobType: 'RELEASE', ...branch, ...input });
  return present((await client.send(command)).jobSummary);
}
