import { hash, timingSafeEqual } from 'node:crypto';
import type { HostingRules } from '../../domain/hosting-rules.ts';
import type { SiteRecord } from '../../domain/site.ts';

/** What a visitor has to show. */
export interface Credentials {
  /** Of `user:password`. */
  readonly digest: Buffer;
  /** The header that was right last, as it will mostly be the next one too. */
  accepted?: Buffer;
}

/**
 * The credentials that protect a site; undefined if none do. Those of the branch come before those of the app
 * (AWS documentation: access control).
 */
export function credentialsOf(
  { branchCredentials, appCredentials }: SiteRecord,
  { appBasicAuth }: HostingRules,
): Credentials | undefined {
  const base64 = branchCredentials ?? (appBasicAuth === 'every-branch' ? appCredentials : undefined);
  return base64 === undefined ? undefined : { digest: digest(Buffer.from(base64, 'base64')) };
}

/** Whether an Authorization header shows the right credentials. What is wrong takes as long whatever it is. */
export function isSignedIn(header: string, wanted: Credentials): boolean {
  const { accepted } = wanted;
  const text = Buffer.from(header, 'latin1');
  if (accepted?.length === text.length && timingSafeEqual(accepted, text)) return true;
  // Node takes 16 kB of headers, so this is bounded.
  const base64 = shape.exec(header)?.[1];
  const shown = base64 === undefined ? nothing : digest(Buffer.from(base64, 'base64'));
  const isRight = timingSafeEqual(shown, wanted.digest);
  if (isRight) wanted.accepted = text;
  return isRight;
}

const shape = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i;

function digest(text: Buffer): Buffer {
  return hash('sha256', text, 'buffer');
}

const nothing = Buffer.alloc(32);
