import { join } from 'node:path';
import type { BuildSpec } from '../../domain/build-spec/build-spec.ts';
import type { StepLog } from '../job-logs.ts';
import { readContainedFile } from './contained-file.ts';
import { detectDefault } from './detect-default.ts';
import { parseBuildSpec } from './read-spec.ts';

export interface FoundSpec {
  readonly spec: BuildSpec;
  readonly origin: 'repository' | 'branch' | 'app' | 'default';
}

interface SpecSources {
  /** Absolute folder, of whatever content. */
  readonly checkout: string;
  readonly branchSpec: string | undefined;
  readonly appSpec: string | undefined;
  /** The variable AMPLIFY_MONOREPO_APP_ROOT. */
  readonly monorepoRoot: string | undefined;
  readonly log: StepLog;
}

const fileName = 'amplify.yml';

/**
 * The build spec of a commit: the file of the repository, else that of the branch, else that of the app, else the
 * one that fits what the repository holds. The first that is there counts, also when it is wrong: BuildFailed then.
 * AWS documentation: "Configuring the build settings for an app"; the API's reference of `buildSpec`.
 */
export async function findSpec(sources: SpecSources): Promise<FoundSpec> {
  const { checkout, branchSpec, appSpec, monorepoRoot, log } = sources;
  const file = await readContainedFile(checkout, fileName);
  if (file)
    return { spec: parseBuildSpec(file.toString('utf8'), monorepoRoot, fileName), origin: 'repository' };
  // Seen on AWS, in the logs of builds.
  log.warning(`!Error: ENOENT: no such file or directory, open '${join(checkout, fileName)}'`);
  if (branchSpec) {
    return {
      spec: parseBuildSpec(branchSpec, monorepoRoot, 'the build settings of the branch'),
      origin: 'branch',
    };
  }
  if (appSpec) {
    return { spec: parseBuildSpec(appSpec, monorepoRoot, 'the build settings of the app'), origin: 'app' };
  }
  const { spec, framework } = await detectDefault(checkout, monorepoRoot);
  log.info(`# No build spec found. Detected framework: ${framework}, ${summaryOf(spec)}`);
  return { spec, origin: 'default' };
}

function summaryOf({ frontend, artifacts }: BuildSpec): string {
  const phases = frontend.map(({ name, commands }) => `${name}: ${commands.join('; ')}`);
  return [...(phases.length > 0 ? phases : ['no commands']), `artifacts: ${artifacts?.baseDirectory}`].join(
    ', ',
  );
}
