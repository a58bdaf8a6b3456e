import type { RepositoryLogin } from '../../domain/repository.ts';

export type Mask = (text: string) => string;

const stars = '****';

/**
 * Hides a login in what git says: as it is, as it stands in a URL and as it stands in a header. Logins of other URLs,
 * such as those of submodules, are hidden too.
 */
export function maskOf(login: RepositoryLogin | undefined): Mask {
  const found = login ? formsOf(login) : [];
  return (text) =>
    found
      .reduce((masked, form) => masked.replaceAll(form, stars), text)
      .replace(/(\bhttps?:\/\/)[^/\s@]{1,2000}@/gi, `$1${stars}@`);
}

/** Longest first, as one may be part of another. */
function formsOf({ username, password }: RepositoryLogin): string[] {
  // A user name alone is a token in its place.
  const secrets = [`${username}:${password}`, password || username];
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    base64(secret),
  ]);
  return [...new Set(forms)].filter((form) => form !== '').sort((a, b) => b.length - a.length);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
