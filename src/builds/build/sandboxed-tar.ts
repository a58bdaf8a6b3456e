import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BuildFailed } from '../build-failed.ts';
import type { Pack, Unpack } from '../outputs/cache.ts';
import { packArguments, unpackArguments } from '../outputs/tar-arguments.ts';
import { type ProgramOptions, runProgram } from '../run/run-program.ts';
import type { BeforeSession } from './build-context.ts';

/**
 * Packs and unpacks a cache where the build itself runs: what was checked out may hold links that lead elsewhere, and
 * the archive what an earlier build wrote.
 */
export function sandboxedTar(context: BeforeSession): { pack: Pack; unpack: Unpack } {
  const { request, progress, folder, environment } = context;
  const { sandbox, limits } = request.machine;
  const tar = async (options: Pick<ProgramOptions, 'args' | 'input' | 'consume'>) => {
    const complaints: string[] = [];
    const { status } = await runProgram({
      ...options,
      file: 'tar',
      workingDirectory: folder.checkout,
      environment,
      signal: progress.signal,
      id: request.id,
      confinement: { folder: folder.path, sandbox, limits },
      onOutput: (_, text) => {
        if (complaints.length < 20) complaints.push(text.trim());
      },
    });
    if (status !== 0) throw new BuildFailed(`tar ended with ${status}: ${complaints.join(' ')}`);
  };
  return {
    pack: (names) => {
      const output = new PassThrough();
      const consume = (stdout: Readable) => pipeline(stdout, output);
      const done = tar({ args: packArguments, input: names, consume });
      done.catch((error) => output.destroy(error));
      return { output, done };
    },
    unpack: (archive) => tar({ args: unpackArguments, input: archive }),
  };
}
