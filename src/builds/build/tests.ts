import { artifactsDirectoryOf } from '../../domain/build-paths.ts';
import { collectTestArtifacts, type TestArtifact } from '../outputs/test-artifacts.ts';
import type { BuildContext } from './build-context.ts';
import { runPhases } from './run-phases.ts';

/**
 * Runs the phases of the tests, where the spec has some, as a step of its own, and keeps what they left behind,
 * also when they have failed. AWS documentation: "Adding end-to-end tests to your app".
 */
export async function runTests(context: BuildContext): Promise<void> {
  const { request, progress, spec, shell } = context;
  if (!spec.test || request.settings.USER_DISABLE_TESTS === 'true') return;
  await progress.begin('TEST');
  const { log, signal } = progress;
  try {
    await runPhases(shell, spec.test.phases, log);
  } finally {
    signal.throwIfAborted();
    await request.keepTests(await collect(context));
  }
}

async function collect({ request, progress, spec, folder }: BuildContext): Promise<readonly TestArtifact[]> {
  const { artifacts: rules, configFilePath } = spec.test ?? {};
  if (!rules) return [];
  const baseDirectory = artifactsDirectoryOf(spec, rules.baseDirectory ?? '/');
  return collectTestArtifacts({
    root: folder.checkout,
    baseDirectory,
    written: rules.baseDirectory ?? '/',
    files: rules.files,
    configFilePath,
    blobs: request.blobs,
    log: progress.log(),
    signal: progress.signal,
  });
}
