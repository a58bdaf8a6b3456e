import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BuildFailed } from '../build-failed.ts';
import { isWithin } from '../files/is-within.ts';
import type { Confinement } from './confinement.ts';
import { marker } from './environment.ts';
import { findProgram } from './programs.ts';
import { serverPath } from './server-path.ts';
import { programFolders, settingsFiles, systemFolders } from './visible-folders.ts';

const execute = promisify(execFile);

/**
 * Namespaces of its own for everything but the network, no capabilities also where the server is root, and an end
 * with its supervisor.
 */
const isolation = [
  ...['--unshare-all', '--unshare-user', '--share-net', '--die-with-parent', '--cap-drop', 'ALL'],
];

/** Files in memory are no memory of a program: they may take this part of what programs may (Backline's choice). */
const memoryShare = 8;

export interface Sandbox {
  /** Absolute path of bubblewrap. */
  readonly program: string;
  /** Its arguments, each ended by NUL: they hold the environment, which is nobody's business on a command line. */
  readonly settings: string;
  /** With which bubblewrap itself is started. */
  readonly environment: Readonly<Record<string, string>>;
}

/** @param environment checked: no NUL in it @throws BuildFailed where there is no working bubblewrap */
export async function prepareSandbox(
  confinement: Confinement,
  workingDirectory: string,
  environment: Readonly<Record<string, string>>,
): Promise<Sandbox> {
  const { program, canSize } = await requireBubblewrap();
  const { folder, limits } = confinement;
  const size = canSize ? ['--size', String(Math.ceil(limits.memory / memoryShare))] : [];
  const path = await serverPath();
  const system = await systemFolders();
  const programs = await programFolders(path, system, folder);
  const settings = [
    ...isolation,
    ...system.flatMap(({ path, link }) => (link ? ['--symlink', link, path] : ['--ro-bind', path, path])),
    ...(await settingsFiles()).flatMap((file) => ['--ro-bind-try', file, file]),
    ...(await kernelFiles()),
    ...['--dev', '/dev', ...size, '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...[...size, '--tmpfs', '/tmp', '--symlink', '../tmp', '/var/tmp', '--dir', '/run'],
    ...programs.flatMap((one) => ['--ro-bind-try', one, one]),
    ...withoutNeighbours(folder, [
      ...system.filter(({ link }) => !link).map(({ path }) => path),
      ...programs,
    ]),
    ...['--remount-ro', '/', '--chdir', workingDirectory],
    ...['--unsetenv', 'OLDPWD', '--unsetenv', 'SHLVL'],
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
  const id = environment[marker] ?? '';
  return {
    program,
    settings: settings.map((one) => `${one}\0`).join(''),
    environment: { PATH: path, [marker]: id },
  };
}

/**
 * A view of the sandbox's own processes. The rest of it is the kernel's, and nobody may write there: it takes root for
 * its owner, with or without capabilities, and settings such as the handler of core dumps lead out of any sandbox.
 */
async function kernelFiles(): Promise<string[]> {
  const entries = (await readdir('/proc', { withFileTypes: true })).filter(({ name }) => !/^\d+$/.test(name));
  const shielded: string[] = [];
  for (const entry of entries.filter((one) => !one.isSymbolicLink())) {
    const file = join('/proc', entry.name);
    const mode = await stat(file).then(
      (info) => info.mode,
      () => 0,
    );
    if (entry.isDirectory() || (mode & 0o222) !== 0) shielded.push('--ro-bind-try', file, file);
  }
  return ['--proc', '/proc', ...shielded];
}

/** Where a folder that is shown holds the data folder too, nothing is seen of it but the folder of this build. */
function withoutNeighbours(folder: string, shown: readonly string[]): string[] {
  const own = ['--bind', folder, folder];
  const around = dirname(folder);
  // A build's folder is <data>/builds/<uid>.
  const data = dirname(around) === '/' ? around : dirname(around);
  if (!shown.some((one) => isWithin(folder, one))) return own;
  return ['--tmpfs', data, ...own, '--remount-ro', data];
}

const advice = 'Install bubblewrap on the server, or run it with --build-sandbox none.';

let working: { program: string; canSize: boolean } | undefined;

/** Looks once whether there is a bubblewrap that can make namespaces here. A failure is not remembered. */
async function requireBubblewrap(): Promise<{ program: string; canSize: boolean }> {
  if (working) return working;
  const program = await findProgram('bwrap');
  if (!program) throw new BuildFailed(`Builds run in a sandbox, and bubblewrap is not installed. ${advice}`);
  const { stdout: help } = await execute(program, ['--help']);
  const mounts = ['--ro-bind', '/', '/', ...(await kernelFiles()), '--dev', '/dev'];
  try {
    await execute(program, [...isolation, ...mounts, '--', 'true'], { timeout: 10_000 });
  } catch (error) {
    const why = String((error as { stderr?: unknown }).stderr ?? '').trim();
    throw new BuildFailed(`Builds run in a sandbox, and bubblewrap does not work here: ${why} ${advice}`);
  }
  working = { program, canSize: help.includes('--size') };
  return working;
}
