import { type Decision, explain } from '../domain/site-decision.ts';
import { readSitePath } from '../domain/site-path.ts';
import { hostName } from './host-name.ts';
import type { Site } from './ready-site.ts';

/**
 * How a site comes to what it answers, step by step, for people.
 * @param url absolute, as a browser would send it
 * @param country ISO 3166 code of the visitor
 * @returns lines of text; undefined for what is no URL
 */
export function explainUrl(site: Site, url: string, country?: string): readonly string[] | undefined {
  const parsed = URL.parse(url);
  const host = hostName(parsed?.host);
  if (parsed === null || host === undefined) return undefined;
  if (site.record.deployment === undefined) return ['nothing was deployed to this branch yet'];
  const path = readSitePath(`${parsed.pathname}${parsed.search}`);
  if ('refused' in path) return [`refused with ${path.refused}: the path is not one that a site can have`];
  const { decision, steps } = explain(site, { ...path, host, query: parsed.search.slice(1), country });
  const protection = site.credentials === undefined ? [] : ['basic auth: the visitor has to sign in first'];
  return [...protection, ...steps, `answer: ${describe(decision, site)}`];
}

function describe(decision: Decision, { hostingRules }: Site): string {
  switch (decision.kind) {
    case 'file':
      return `${decision.status}, the file ${decision.name}`;
    case 'redirect':
      return `${decision.status} to ${decision.location}`;
    case 'proxy':
      return `what ${decision.url} answers`;
    case 'too-large':
      return `${decision.status}, as the page is too large`;
    case 'miss':
      return hostingRules.missingPage === 'xml' ? '403, AccessDenied' : '404, a page that says so';
  }
}
