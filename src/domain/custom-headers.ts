import { compileHeaderPattern } from './header-pattern.ts';

/** The headers that the answers for some paths get. */
export interface HeaderRule {
  readonly pattern: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
}

export interface HeaderRules {
  readonly rules: readonly HeaderRule[];
  /** What was left out, one line of text each, for the log of the build. */
  readonly dropped: readonly string[];
}

/**
 * Reads custom headers out of YAML that was parsed already: the list under `customHeaders`, or that of the
 * application with this root under `applications`. Nothing at all means no rules. A shape that is wrong gives
 * the problem as text; a header that HTTP does not allow, or that would break the framing of the answer, is
 * dropped alone.
 * AWS documentation: Amplify Hosting user guide, "Custom header YAML format", "Monorepo custom headers".
 */
export function readHeaderRules(
  value: unknown,
  appRoot?: string,
): HeaderRules | { readonly problem: string } {
  const list = listOf(value, appRoot);
  if ('problem' in list) return list;
  const rules: HeaderRule[] = [];
  const dropped: string[] = [];
  for (const entry of list.entries) {
    if (rules.length >= mostRules) {
      dropped.push(`Every pattern after the first ${mostRules}`);
      break;
    }
    const rule = readRule(entry, dropped);
    if (rule && 'problem' in rule) return rule;
    if (rule) rules.push(rule);
  }
  return { rules, dropped };
}

/** @param isLate asked before each rule: once it says so, the rest is left out */
export type HeadersFor = (
  path: string,
  isLate?: () => boolean,
) => readonly (readonly [key: string, value: string])[];

/**
 * Gives the headers for a path as `readSitePath` spells it. All rules that match apply; of two headers of one
 * name, in whatever case, the later one counts.
 * Seen on AWS: aws-amplify/amplify-hosting#198, #2525.
 */
export function compileHeaderRules(rules: readonly HeaderRule[]): HeadersFor {
  const compiled = rules.map(({ pattern, headers }) => ({
    matches: compileHeaderPattern(pattern),
    headers: headers.map(({ key, value }) => ({ name: key.toLowerCase(), pair: [key, value] as const })),
  }));
  return (path, isLate) => {
    const found = new Map<string, readonly [string, string]>();
    for (const rule of compiled) {
      if (isLate?.()) break;
      if (!rule.matches(path)) continue;
      for (const { name, pair } of rule.headers) found.set(name, pair);
    }
    return [...found.values()];
  };
}

// Seen on AWS, in the logs of builds.
const notAList = 'The `customHeaders` key should be an array';

/** Each pattern is compared with every path that is asked for. Backline's choice; in characters, and in runs of `*`. */
const longestPattern = 1024;
const mostWildcards = 32;
/** Backline's choice, as AWS documents no number. */
const mostRules = 1000;

/** Of the connection, not of the answer; Backline's choice, as AWS documents no list for its hosting. */
const forbidden = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings', 'content-length', 'content-range'],
]);

function listOf(value: unknown, appRoot: string | undefined): { entries: unknown[] } | { problem: string } {
  if (value === undefined || value === null) return { entries: [] };
  if (!isObject(value)) return { problem: 'The custom headers should be an object' };
  if ('customHeaders' in value) return arrayOf(value.customHeaders);
  if (!('applications' in value)) return { entries: [] };
  if (!Array.isArray(value.applications)) return { problem: 'The `applications` key should be an array' };
  const application = value.applications
    .filter(isObject)
    .find((one) => typeof one.appRoot === 'string' && rootOf(one.appRoot) === rootOf(appRoot ?? ''));
  return application && 'customHeaders' in application ? arrayOf(application.customHeaders) : { entries: [] };
}

function arrayOf(value: unknown): { entries: unknown[] } | { problem: string } {
  return Array.isArray(value) ? { entries: value } : { problem: notAList };
}

/** `./apps/web/` and `apps/web` are one root. */
function rootOf(appRoot: string): string {
  return appRoot
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}

/** Undefined for a rule that was dropped as a whole. */
function readRule(entry: unknown, dropped: string[]): HeaderRule | { problem: string } | undefined {
  if (!isObject(entry) || typeof entry.pattern !== 'string') {
    return { problem: 'Each entry of `customHeaders` should have a `pattern`' };
  }
  const { pattern, headers } = entry;
  if (!Array.isArray(headers)) return { problem: 'The `headers` key should be an array' };
  if (pattern.length > longestPattern || (pattern.match(/\*+/g)?.length ?? 0) > mostWildcards) {
    dropped.push(`The pattern ${quote(pattern)}, which is too long`);
    return undefined;
  }
  const legal: { key: string; value: string }[] = [];
  for (const header of headers) {
    const read = readHeader(header);
    if ('problem' in read) return read;
    const { key, value } = read;
    if (isAllowed(key, value)) legal.push({ key, value });
    else dropped.push(`The header ${quote(key)} of the pattern ${quote(pattern)}`);
  }
  return { pattern, headers: legal };
}

/** YAML makes numbers and booleans of some values; a value that was folded ends with a line break. */
function readHeader(header: unknown): { key: string; value: string } | { problem: string } {
  const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  if (!isObject(header) || typeof header.key !== 'string' || !isScalar(header.value)) {
    return { problem: 'Each of the `headers` should have a `key` and a `value`' };
  }
  return { key: header.key.trim(), value: String(header.value).trim() };
}

function isAllowed(key: string, value: string): boolean {
  return (
    /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(key) &&
    /^[\t\x20-\x7e\x80-\xff]*$/.test(value) &&
    !forbidden.has(key.toLowerCase())
  );
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
