import type { BuildSpec } from '../../domain/build-spec/build-spec.ts';
import type { BuildShell } from '../run/shell.ts';
import type { BuildFolder } from './build-folder.ts';
import type { BuildProgress, BuildRequest } from './build-request.ts';

/** One build in its folder, while it runs. */
export interface BuildContext {
  readonly request: BuildRequest;
  readonly progress: BuildProgress;
  readonly folder: BuildFolder;
  readonly spec: BuildSpec;
  readonly environment: Readonly<Record<string, string>>;
  readonly shell: BuildShell;
}

export type BeforeSession = Omit<BuildContext, 'shell' | 'spec'>;
