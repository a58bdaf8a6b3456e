import { specOf } from './builds.ts';
import type { BranchKey } from './jobs.ts';
import type { Subject } from './server.ts';
import { visit } from './visits.ts';

/** The build spec of a site that is the environment of its commands. @param more other keys of the spec */
export const environmentSpec = (more: Readonly<Record<string, unknown>> = {}) =>
  specOf(['mkdir dist && env -0 > dist/environment'], more);

/** The environment that the commands of the build had which visitors get, of such a spec. */
export async function environmentOf(
  { endpoint }: Subject,
  branch: BranchKey,
): Promise<Record<string, string>> {
  const { body } = await visit(endpoint, branch, '/environment');
  const entries = body.split('\0').filter((entry) => entry !== '');
  return Object.fromEntries(
    entries.map((entry) => {
      const end = entry.indexOf('=');
      return [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
}
