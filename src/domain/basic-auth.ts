import { illegalBase64 } from './refusals.ts';

/** Basic auth credentials are the base64 of `user:password`; the service refuses other characters. */
export function checkCredentials(credentials: string | undefined): void {
  const illegal = credentials?.match(/[^A-Za-z0-9+/=]/u)?.[0];
  if (illegal !== undefined) throw illegalBase64((illegal.codePointAt(0) ?? 0).toString(16));
}
