import { LRUCache } from 'lru-cache';
import { type Decision, decide } from '../domain/site-decision.ts';
import { readSitePath } from '../domain/site-path.ts';
import type { FileAnswer } from './files/file-heads.ts';
import { composeHead, type HeaderList, siteHeaders } from './header-list.ts';
import { accessDenied, notFoundPage, type Page, plain, tooLargePage } from './pages.ts';
import type { Site } from './ready-site.ts';

/** What a target of a site is answered with, as far as it is the same for all who ask for it. */
export type Answer =
  | ({ readonly kind: 'file' } & FileAnswer)
  | {
      readonly kind: 'fixed';
      readonly status: number;
      readonly head: readonly string[];
      readonly body: Buffer;
    }
  | { readonly kind: 'proxy'; readonly url: string; readonly site: HeaderList };

export interface Answers {
  /** @param target of the request, as it came: path and query */
  answerTo(site: Site, host: string, target: string, country: string | undefined): Answer;
}

/** In bytes, roughly. */
const inMemory = 32 * 1024 * 1024;
const longestKey = 1024;

/**
 * Decides what targets are answered with, and remembers it as long as the site stays as it is.
 * @param timeouts how many expressions ran out of time so far: an answer without them is not remembered
 */
export function createAnswers(timeouts: () => number): Answers {
  const memo = new LRUCache<string, Answer>({ maxSize: inMemory });
  return {
    answerTo(site, host, target, country) {
      const key = `${site.id} ${site.asksCountry ? country : ''} ${target}`;
      const known = memo.get(key);
      if (known !== undefined) return known;
      const before = timeouts();
      const answer = makeAnswer(site, host, target, country);
      if (key.length <= longestKey && timeouts() === before)
        memo.set(key, answer, { size: sizeOf(answer) + 4 * key.length });
      return answer;
    },
  };
}

function makeAnswer(site: Site, host: string, target: string, country: string | undefined): Answer {
  const path = readSitePath(target);
  if ('refused' in path) return fixed(plain(path.refused, refusals[path.refused]), []);
  const mark = target.indexOf('?');
  const query = mark < 0 ? '' : target.slice(mark + 1);
  const decision = decide(site, { ...path, host, query, country });
  return carryOut(decision, headersOf(site, path.path, decision), site);
}

const refusals = {
  400: 'Bad Request',
  414: 'URI Too Long',
} as const;

function carryOut(decision: Decision, headers: HeaderList, { hostingRules }: Site): Answer {
  switch (decision.kind) {
    case 'file':
      return { kind: 'file', file: decision.file, status: decision.status, site: headers, heads: {} };
    case 'proxy':
      return { kind: 'proxy', url: decision.url, site: headers };
    case 'redirect':
      return redirect(decision.status, decision.location, headers);
    case 'too-large':
      return fixed(tooLargePage, headers);
    case 'miss':
      return fixed(hostingRules.missingPage === 'xml' ? accessDenied : notFoundPage, headers);
  }
}

function headersOf(site: Site, requested: string, decision: Decision): HeaderList {
  const isOfFile = site.hostingRules.headerPath === 'rewritten' && decision.kind === 'file';
  const path = isOfFile ? decision.servedPath : requested;
  return siteHeaders(site.headersFor(path, path.length > longPath ? lateAfter(patience) : undefined));
}

/** On a longer path many patterns may take long; then no more are tried after so many milliseconds. */
const longPath = 512;
const patience = 50;

function lateAfter(limit: number): () => boolean {
  const startedAt = performance.now();
  return () => performance.now() - startedAt > limit;
}

function redirect(status: number, location: string, headers: HeaderList): Answer {
  const own: HeaderList = [
    ['location', location],
    ['content-length', '0'],
  ];
  return { kind: 'fixed', status, head: composeHead(status, own, headers, locationName), body: noBody };
}

function fixed({ status, type, body }: Page, headers: HeaderList): Answer {
  const own: HeaderList = [
    ['content-type', type],
    ['content-length', String(body.length)],
  ];
  return { kind: 'fixed', status, head: composeHead(status, own, headers, contentNames), body };
}

const noBody = Buffer.alloc(0);
const locationName = new Set(['location']);
const contentNames = new Set(['content-type', 'content-encoding']);

/** With room for the three heads that a file may get. */
function sizeOf(answer: Answer): number {
  if (answer.kind === 'fixed') return 1000 + 2 * answer.head.join('').length;
  const site = answer.site.reduce((sum, [name, value]) => sum + name.length + value.length + 100, 0);
  return 3000 + 4 * site;
}
