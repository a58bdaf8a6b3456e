import { type Page, plain } from '../pages.ts';
import type { Site } from '../ready-site.ts';
import { sendPage, type Visit } from '../visit.ts';
import { isSignedIn } from './basic-auth.ts';
import type { FailedAttempts } from './failed-attempts.ts';

/**
 * Lets a visitor pass who need not sign in or has signed in; answers all others, whatever they ask for. Whoever
 * has failed too often waits, also with the right credentials. None at all are no failure, as browsers ask
 * without them first. The answers say nothing of the site.
 * @returns whether the visitor may go on
 */
export function signIn(visit: Visit, site: Site, attempts: FailedAttempts): boolean {
  const { credentials, record } = site;
  if (credentials === undefined) return true;
  const header = visit.headers.authorization;
  if (header === undefined || header === '') return challenge(visit);
  const name = `${record.appId}/${record.branchName}`;
  const { address } = visit.client;
  const wait = attempts.wait(name, address);
  if (wait > 0) {
    sendPage(visit, tooMany, [], [['retry-after', String(wait)]]);
    return false;
  }
  if (isSignedIn(header, credentials)) return true;
  attempts.note(name, address);
  return challenge(visit);
}

function challenge(visit: Visit): false {
  // A host name holds no quotes.
  sendPage(visit, unauthorized, [], [['www-authenticate', `Basic realm="${visit.host}"`]]);
  return false;
}

const unauthorized: Page = plain(401, 'Unauthorized');
const tooMany: Page = plain(429, 'Too Many Requests');
