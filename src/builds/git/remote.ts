import { Refusal } from '../../domain/refusals.ts';
import {
  checkRepository,
  kindOfRepository,
  loginFor,
  type RepositoryLogin,
  shownRepository,
} from '../../domain/repository.ts';
import type { GitSetting } from './environment.ts';
import type { GitAccess } from './git-access.ts';
import { type Mask, maskOf } from './mask.ts';
import { needsSetting, reachable, readWebAddress } from './reachable.ts';
import { RepositoryMoved, repositoryTrouble } from './repository-trouble.ts';

/** A repository that may be reached, and what git has to know for that. */
export interface Remote {
  /** As git gets it: no login is in it. */
  readonly url: string;
  readonly settings: readonly GitSetting[];
  readonly variables: Readonly<Record<string, string>>;
  readonly hasLogin: boolean;
  readonly mask: Mask;
}

/**
 * A helper for git that tells the login from variables, to the origin of the repository alone and only when git asks:
 * in no argument and in no file is anything of it.
 */
const helper =
  '!login() { test "$1" = get && ' +
  'printf "username=%s\\npassword=%s\\n" "$BACKLINE_GIT_USERNAME" "$BACKLINE_GIT_PASSWORD"; }; login';

/** Checks address, login and policy. Throws BuildFailed. */
export async function openRemote({ url, token, policy }: GitAccess): Promise<Remote> {
  checkAddress(url);
  const shown = shownRepository(url);
  const kind = kindOfRepository(url);
  const address = kind === 'https' ? readWebAddress(url) : null;
  if (address) {
    const inUrl = takeLogin(address);
    const login = token ? loginFor(url, token) : inUrl;
    if (login && /\p{Cc}/u.test(login.username + login.password)) {
      throw repositoryTrouble('the token of the repository has a control character in it');
    }
    const settings = [...(await reachable(address, shown, policy)), ...helperFor(address, login)];
    const variables = login
      ? { BACKLINE_GIT_USERNAME: login.username, BACKLINE_GIT_PASSWORD: login.password }
      : {};
    return { url: address.href, settings, variables, hasLogin: login !== undefined, mask: maskOf(login) };
  }
  if (!policy.allowLocal) {
    throw needsSetting(shown, kind === 'ssh' ? "is reached with this server's ssh keys" : 'is on this host');
  }
  const settings: GitSetting[] = kind === 'ssh' ? [['protocol.ssh.allow', 'always']] : [];
  return { url: shown, settings, variables: {}, hasLogin: false, mask: maskOf(undefined) };
}

/**
 * Opens the repository and uses it. Where redirects are not followed and it is elsewhere, it is tried with `.git` at
 * its end: the redirect that providers are known for.
 */
export async function atRemote<T>(access: GitAccess, use: (remote: Remote) => Promise<T>): Promise<T> {
  try {
    return await use(await openRemote(access));
  } catch (error) {
    if (!(error instanceof RepositoryMoved) || /\.git\/*$/i.test(access.url)) throw error;
    return use(await openRemote({ ...access, url: `${access.url.replace(/\/+$/, '')}.git` }));
  }
}

function checkAddress(url: string): void {
  try {
    checkRepository(url);
  } catch (error) {
    throw error instanceof Refusal ? repositoryTrouble(error.message) : error;
  }
}

/** Takes the login out of the address. */
function takeLogin(address: URL): RepositoryLogin | undefined {
  const { username, password } = address;
  address.username = '';
  address.password = '';
  if (!username && !password) return undefined;
  return { username: decoded(username), password: decoded(password) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function helperFor({ origin }: URL, login: RepositoryLogin | undefined): GitSetting[] {
  return login ? [[`credential.${origin}.helper`, helper]] : [];
}
