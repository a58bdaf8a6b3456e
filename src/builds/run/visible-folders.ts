import type { Dirent } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { isWithin } from '../files/is-within.ts';

/** Folders of programs that every machine has, where they are. */
const system = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt', '/nix'],
  '/etc/alternatives',
];

/** What programs look up about the machine: never keys of it, which are beside certificates in some folders. */
const settings = [
  ...['passwd', 'group', 'hosts', 'host.conf', 'resolv.conf', 'nsswitch.conf', 'gai.conf', 'protocols'],
  ...['services', 'localtime', 'timezone', 'os-release', 'mime.types', 'gitconfig', 'npmrc', 'shells'],
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'fonts', 'crypto-policies', 'ca-certificates'],
  ...['ssl/certs', 'ssl/cert.pem', 'ssl/openssl.cnf', 'pki/ca-trust', 'pki/tls/certs', 'pki/tls/cert.pem'],
  ...['pki/tls/openssl.cnf', 'java', 'maven', 'profile.d'],
].map((name) => `/etc/${name}`);

/** How many entries of a folder are looked at for links that lead elsewhere. */
const mostEntries = 1000;

/** @returns folders to show, and links with where they lead */
export async function systemFolders(): Promise<readonly { path: string; link?: string }[]> {
  const found: { path: string; link?: string }[] = [];
  for (const path of system) {
    const info = await lstat(path).catch(() => undefined);
    if (info?.isSymbolicLink()) found.push({ path, link: await readlink(path) });
    else if (info?.isDirectory()) found.push({ path });
  }
  return found;
}

/** Of the machine's settings those that every user of it may read: the server may be root. */
export async function settingsFiles(): Promise<readonly string[]> {
  const found: string[] = [];
  const java = (await readdir('/etc').catch(() => [])).filter((name) => /^java-\d/.test(name));
  for (const file of [...settings, ...java.map((name) => `/etc/${name}`)]) {
    const info = await stat(file).catch(() => undefined);
    if (info && (info.mode & 0o004) !== 0 && (info.isFile() || info.isDirectory())) found.push(file);
  }
  return found;
}

/**
 * What must be seen for the programs of the server's PATH to run, beside the system's: its folders, with the whole
 * installation that they belong to, and where their links lead. The PATH of a build is not asked: it could name any
 * folder.
 */
export async function programFolders(
  path: string,
  systemFolders: readonly { path: string; link?: string }[],
  buildFolder: string,
): Promise<readonly string[]> {
  const shown = systemFolders.map((one) => one.path);
  const isShown = (one: string) => shown.some((folder) => isWithin(one, folder));
  const add = (one: string) => {
    const builds = dirname(buildFolder);
    if (!isShown(one) && !isWithin(one, builds) && !isWithin(builds, one)) shown.push(one);
  };
  const folders = [
    ...new Set(
      path
        .split(':')
        .filter(isAbsolute)
        .map((one) => resolve(one)),
    ),
  ];
  const entries = new Map<string, Dirent[]>();
  for (const folder of folders.filter((one) => !isShown(one))) {
    const found = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
    if (found) entries.set(folder, found.slice(0, mostEntries));
  }
  for (const folder of entries.keys()) add((await installationOf(folder, buildFolder)) ?? folder);
  for (const [folder, found] of entries) {
    for (const link of found.filter((one) => one.isSymbolicLink())) {
      const target = await realpath(join(folder, link.name)).catch(() => undefined);
      if (!target || isShown(target)) continue;
      const modules = /^.*?\/node_modules(?=\/)/.exec(target)?.[0];
      add(modules ?? (await installationOf(dirname(target), buildFolder)) ?? target);
    }
  }
  return shown.slice(systemFolders.length);
}

/** The folder around a folder of programs that holds their libraries, where it is that and nothing more. */
async function installationOf(folder: string, buildFolder: string): Promise<string | undefined> {
  const around = dirname(folder);
  if (isPersonal(around) || isWithin(buildFolder, around) || isWithin(homedir(), around)) return undefined;
  if (basename(folder) === '.bin') return around;
  if (basename(folder) !== 'bin') return undefined;
  const names = await readdir(around).catch(() => []);
  return names.some((name) => /^(?:lib|lib64|libexec)$/.test(name)) ? around : undefined;
}

/** Folders in which people keep more than programs. */
function isPersonal(folder: string): boolean {
  return basename(folder) === '.local' || /^(?:\/|\/root|\/(?:home|Users)(?:\/[^/]+)?)$/.test(folder);
}
