import type { BuildPhase } from '../../domain/build-spec/build-spec.ts';
import { BuildFailed } from '../build-failed.ts';
import type { StepLog } from '../job-logs.ts';
import type { BuildShell } from '../run/shell.ts';

/**
 * Runs the commands of phases in the one session of the build; the first that fails ends it. Seen on AWS: the form
 * of the log, and that `postBuild` does not run after a failure.
 * @returns false if a command has ended the session with success, as `exit 0` does: nothing more runs in it
 */
export async function runPhases(
  shell: BuildShell,
  phases: readonly BuildPhase[],
  log: () => StepLog,
): Promise<boolean> {
  for (const { name, commands } of phases) {
    log().info(`# Starting phase: ${name}`);
    for (const command of commands) {
      log().info(`# Executing command: ${command}`);
      const { status, hasEnded } = await shell.run(command);
      if (status !== 0) throw commandFailed(command, status);
      if (!hasEnded) continue;
      log().warning('A command has ended the session of the build: the commands after it do not run.');
      return false;
    }
    log().info(`# Completed phase: ${name}`);
  }
  return true;
}

/** How much of a command stands in the reason, in characters. */
const shownLength = 200;

function commandFailed(command: string, status: number): BuildFailed {
  const [first = ''] = command.trim().split('\n', 1);
  const shown = first.length > shownLength ? `${first.slice(0, shownLength)}…` : first;
  return new BuildFailed(`Non-Zero Exit Code detected: ${status} by the command: ${shown}`, [
    '!!! Build failed',
    '!!! Non-Zero Exit Code detected',
  ]);
}
