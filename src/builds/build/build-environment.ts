import type { Variables } from '../../domain/environment-variables.ts';
import type { StepLog } from '../job-logs.ts';
import type { BuildFolder } from './build-folder.ts';
import type { BuildRequest } from './build-request.ts';

/** The whole environment of a build: nothing of the server's but its PATH. */
export function environmentOf(request: BuildRequest, folder: BuildFolder, spec: Variables): Variables {
  const { machine, secrets } = request;
  const given: Variables = { LANG: 'C.UTF-8', ...machine.variables, ...request.variables(spec) };
  const { values } = secrets;
  return {
    ...given,
    ...(Object.keys(values).length > 0 ? { secrets: JSON.stringify(values) } : {}),
    PATH: `${folder.tools}:${given.PATH ?? machine.path}`,
    HOME: folder.home,
    TMPDIR: folder.temporary,
    BACKLINE_ENV_CACHE: folder.environmentCache,
  };
}

/** Says in the log what a build has been given beside its files. The form was seen on AWS. */
export function noteGiven({ secrets, settings, cache }: BuildRequest, log: StepLog): void {
  if (Object.keys(cache.environment).length > 0) {
    log.info('# Retrieving environment cache...');
    log.info('# Retrieved environment cache');
  }
  log.info('---- Setting Up SSM Secrets ----');
  log.info(`SSM params {"Path":"${secrets.path}","WithDecryption":true}`);
  if (Object.keys(secrets.values).length === 0) log.warning('!Failed to set up process.env.secrets');
  const ignored = ['_LIVE_UPDATES', '_CUSTOM_IMAGE'].filter((name) => settings[name]);
  for (const name of ignored) {
    log.warning(`${name} has no effect: the build uses what is installed on this machine.`);
  }
  if (!ignored.includes('_LIVE_UPDATES')) log.info('# No package override configuration found.');
}
