import type { Variables } from '../../domain/environment-variables.ts';
import type { StepLog } from '../job-logs.ts';
import type { BuildFolder } from './build-folder.ts';
import type { BuildRequest } from './build-request.ts';

/** The whole environment of a build: nothing of the server's but its PATH. */
export function environmentOf(
  request: BuildRequest,
  folder: BuildFolder,
  spec: Variables,
  secrets: Variables,
): Variables {
  const { machine } = request;
  const given: Variables = { LANG: 'C.UTF-8', ...machine.variables, ...request.variables(spec) };
  return {
    ...given,
    ...(Object.keys(secrets).length > 0 ? { secrets: JSON.stringify(secrets) } : {}),
    PATH: `${folder.tools}:${given.PATH ?? machine.path}`,
    HOME: folder.home,
    TMPDIR: folder.temporary,
    BACKLINE_ENV_CACHE: folder.environmentCache,
  };
}

/** Gets what a build gets as its secrets. The form of the log was seen on AWS. Throws BuildFailed. */
export async function readSecrets({ secrets }: BuildRequest, log: StepLog): Promise<Variables> {
  log.info('---- Setting Up SSM Secrets ----');
  log.info(`SSM params {"Path":"${secrets.path}","WithDecryption":true}`);
  const values = await secrets.read();
  if (Object.keys(values).length === 0) log.warning('!Failed to set up process.env.secrets');
  return values;
}

/** Says in the log what has no effect on this machine. The last line was seen on AWS. */
export function notePackages({ settings }: BuildRequest, log: StepLog): void {
  const ignored = ['_LIVE_UPDATES', '_CUSTOM_IMAGE'].filter((name) => settings[name]);
  for (const name of ignored) {
    log.warning(`${name} has no effect: the build uses what is installed on this machine.`);
  }
  if (!ignored.includes('_LIVE_UPDATES')) log.info('# No package override configuration found.');
}
