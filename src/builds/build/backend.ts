import type { BuildContext } from './build-context.ts';
import { runPhases } from './run-phases.ts';

/** Runs the phases of the backend. The form of the log was seen on AWS. @returns false if its session has ended */
export async function buildBackend({ request, progress, spec, shell }: BuildContext): Promise<boolean> {
  const { log } = progress;
  const { settings, backendEnvironment } = request;
  log().info('## Checking for associated backend environment...');
  log().info(
    backendEnvironment === undefined
      ? '## No backend environment association found, continuing...'
      : '## Backend environment association found',
  );
  log().info('## Starting Backend Build');
  const startedAt = performance.now();
  const goesOn = isSkipped() || (await runPhases(shell, spec.backend, log));
  log().info('## Completed Backend Build');
  log().info(`{"backendDuration": ${Math.round((performance.now() - startedAt) / 1000)}}`);
  return goesOn;

  /** AWS documentation: "Amplify environment variables". */
  function isSkipped(): boolean {
    if (settings.AMPLIFY_SKIP_BACKEND_BUILD === 'true') return true;
    if (settings.AMPLIFY_DIFF_BACKEND !== 'true') return false;
    log().info('# Determining if there are buildable backend changes in the amplify directory…');
    return request.isUnchanged('amplify');
  }
}
