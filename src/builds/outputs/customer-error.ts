import { BuildFailed } from '../build-failed.ts';

/** A failure in the form that the service gives to what its customers have to put right. */
export function customerError(text: string): BuildFailed {
  return new BuildFailed(`CustomerError: ${text}`, [`!!! CustomerError: ${text}`]);
}

/**
 * Where the artifacts should be is no folder, or not within the project.
 * @param written `artifacts.baseDirectory` as the build spec has it
 */
export function artifactDirectoryMissing(written: string): BuildFailed {
  return customerError(`Artifact directory doesn't exist: ${written}`);
}
