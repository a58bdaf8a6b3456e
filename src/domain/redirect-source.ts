import type { HostingRules } from './hosting-rules.ts';
import { type Captures, noCaptures, readPathPattern } from './path-pattern.ts';
import { matchQuery, readQueryConditions } from './query-conditions.ts';

/** What a rule can ask of a request. */
export interface SourceRequest {
  /** In lower case, without port. */
  readonly host: string;
  /** As `readSitePath` gives it. */
  readonly path: string;
  /** As it came, without the question mark. */
  readonly query: string;
}

export interface RuleSource {
  readonly match: (request: SourceRequest) => Captures | undefined;
  /** What it captures. */
  readonly names: readonly string[];
  /** Whether it asks for a query: none is forwarded then. */
  readonly hasQuery: boolean;
  /** Whether it names a host: the path of the request is appended to the target then. */
  readonly isDomain: boolean;
}

/**
 * Makes a test of a path out of a regular expression; undefined where that is none. What bounds the time of
 * an expression is its affair.
 */
export type CompileRegex = (source: string) => ((path: string) => boolean) | undefined;

/**
 * Reads the source of a rule: a path, `https://` and a host, or `</` regular expression `/>`; or says why the
 * rule is ignored, which AWS does silently.
 * AWS documentation: Amplify Hosting user guide, "Setting up redirects and rewrites".
 */
export function readSource(
  source: string,
  hostingRules: HostingRules,
  compileRegex: CompileRegex,
): RuleSource | { ignored: string } {
  if (source.length >= 4 && source.startsWith('</') && source.endsWith('/>')) {
    return readRegex(source.slice(2, -2), compileRegex);
  }
  if (/^https?:/i.test(source)) return readDomain(source);
  return readPath(source, hostingRules);
}

/** Tested against the path only, nothing of it can be captured. Seen on AWS: aws-amplify/amplify-hosting#816. */
function readRegex(expression: string, compileRegex: CompileRegex): RuleSource | { ignored: string } {
  const test = compileRegex(expression);
  if (!test) return { ignored: 'the regular expression is not valid' };
  return {
    match: ({ path }) => (test(path) ? noCaptures : undefined),
    names: [],
    hasQuery: false,
    isDomain: false,
  };
}

function readDomain(source: string): RuleSource | { ignored: string } {
  const name = /^https:\/\/([^/?#\\@<>\s]+)$/i.exec(source)?.[1];
  if (name === undefined || !URL.canParse(source)) {
    return { ignored: 'a domain is named as https:// and a host, without a path' };
  }
  const host = new URL(source).hostname;
  return {
    match: (request) =>
      request.host === host ? new Map([['*', request.path.replace(/^\/+/, '')]]) : undefined,
    names: ['*'],
    hasQuery: false,
    isDomain: true,
  };
}

function readPath(source: string, hostingRules: HostingRules): RuleSource | { ignored: string } {
  const mark = source.indexOf('?');
  const pattern = readPathPattern(
    mark === -1 ? source : source.slice(0, mark),
    hostingRules.wildcardBase === 'yes',
  );
  if ('ignored' in pattern) return pattern;
  const { match, names } = pattern;
  const conditions = mark === -1 ? [] : readQueryConditions(source.slice(mark + 1));
  if (conditions.length === 0) {
    return { match: ({ path }) => match(path), names, hasQuery: false, isDomain: false };
  }

  const asked = conditions.flatMap(({ value }) => value.names);
  if (asked.includes('*')) return { ignored: '<*> may not stand in a query' };
  return {
    match: ({ path, query }) => {
      const captures = match(path);
      if (!captures) return undefined;
      const found = new Map(captures);
      return matchQuery(conditions, query, found) ? found : undefined;
    },
    names: [...names, ...asked],
    hasQuery: true,
    isDomain: false,
  };
}
