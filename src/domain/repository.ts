import { repositoryProviderNotSupported, repositoryUrlInvalid } from './refusals.ts';

/** How a repository is reached: `https` stands for http as well, `ssh` for `user@host:path` as well. */
export type RepositoryKind = 'https' | 'ssh' | 'file';

/** The secret that came with a repository, as the API names it. */
export interface RepositoryToken {
  readonly kind: 'accessToken' | 'oauthToken';
  readonly value: string;
}

export interface RepositoryLogin {
  readonly username: string;
  readonly password: string;
}

/** In characters. AWS documentation: CreateApp, repository. */
const longestUrl = 1000;
/** In characters (Backline's choice). */
const longestName = 100;

const scheme = /^[a-z][a-z0-9+.-]*:/i;
/** A user and a host never begin with a `-`: ssh would take them for an option. */
const user = /[^\s/:@%-][^\s/:@%]*/;
const host = /(?:[a-z0-9_][\w.-]*|\[[0-9a-f:.]+\])/;
const scpForm = new RegExp(`^${user.source}@${host.source}:[^:].*$`, 'i');
const sshForm = new RegExp(`^ssh://(?:${user.source}(?::[^\\s/@]*)?@)?${host.source}(?::\\d{1,5})?/.+$`, 'i');
const fileForm = /^file:\/\/\/.*[^/]/i;

/**
 * Refuses what is no address of a git repository: taken are https, http and ssh URLs, `user@host:path` and
 * `file:///path` (Backline's choice: AWS takes only those of its providers).
 */
export function checkRepository(url: string): void {
  if (url.length > longestUrl || /[\s\p{Cc}]|^-/u.test(url)) throw repositoryUrlInvalid();
  if (scpForm.test(url)) return;
  switch (schemeOf(url)) {
    case undefined:
      throw repositoryUrlInvalid();
    case 'https':
    case 'http':
      if (!isWebAddress(url)) throw repositoryUrlInvalid();
      return;
    case 'ssh':
      if (!sshForm.test(url)) throw repositoryUrlInvalid();
      return;
    case 'file':
      if (!fileForm.test(url)) throw repositoryUrlInvalid();
      return;
    default:
      throw repositoryProviderNotSupported();
  }
}

function isWebAddress(url: string): boolean {
  const parsed = /^https?:\/\/[^/]/i.test(url) ? URL.parse(url) : null;
  return parsed !== null && !parsed.hostname.startsWith('-');
}

function schemeOf(url: string): string | undefined {
  return scheme.exec(url)?.[0].slice(0, -1).toLowerCase();
}

/** @param url one that `checkRepository` takes */
export function kindOfRepository(url: string): RepositoryKind {
  if (scpForm.test(url)) return 'ssh';
  const found = schemeOf(url);
  return found === 'ssh' || found === 'file' ? found : 'https';
}

/**
 * The address as it may be shown: without user name, password, query and fragment, which may hold secrets. The user
 * name of ssh stays: it is part of the address. Never throws.
 */
export function shownRepository(url: string): string {
  if (scpForm.test(url)) return url;
  if (/^ssh:/i.test(url)) return url.replace(/^(ssh:\/\/[^/:@]*)(?::[^/@]*)?@/i, '$1@');
  if (/^file:/i.test(url)) return url;
  const parsed = /^https?:/i.test(url) ? URL.parse(url) : null;
  if (!parsed) return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, '$1');
  for (const part of ['username', 'password', 'search', 'hash'] as const) parsed[part] = '';
  return parsed.href;
}

/** The last part of its path, without `.git`, as a name that a folder can safely have. */
export function nameOfRepository(url: string): string {
  const path = shownRepository(url).replace(/\/+$/, '');
  const last = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
  const name = last
    .replace(/\.git$/i, '')
    .replace(/[^\w.-]/g, '-')
    .replace(/^-+/, '')
    .slice(0, longestName);
  return ['', '.', '..'].includes(name) || /^\.git$/i.test(name) ? 'repository' : name;
}

/**
 * What the provider asks for: `user:password` in the token is split (Backline's choice, for providers that know no
 * tokens); elsewhere the token is the password of the user name that the provider documents for it.
 */
export function loginFor(url: string, { kind, value }: RepositoryToken): RepositoryLogin {
  const colon = value.indexOf(':');
  if (colon > 0) return { username: value.slice(0, colon), password: value.slice(colon + 1) };
  return { username: userOfTokens(url, kind), password: value };
}

function userOfTokens(url: string, kind: RepositoryToken['kind']): string {
  if (URL.parse(url)?.hostname === 'bitbucket.org') return 'x-token-auth';
  return kind === 'oauthToken' ? 'oauth2' : 'x-access-token';
}

/** Whether the text names a commit: its hexadecimal id, whole or its first digits, or `HEAD`. */
export function isCommitId(text: string): boolean {
  return text === 'HEAD' || /^[0-9a-f]{4,64}$/i.test(text);
}
