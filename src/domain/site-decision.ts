import type { HostingRules } from './hosting-rules.ts';
import type { Captures } from './path-pattern.ts';
import { safeQuery } from './percent-encoding.ts';
import { type ActiveRule, type CompiledRules, isForCountry, type RuleRequest } from './redirect-rules.ts';
import { locationOf, proxiedAddress, rewrittenPath } from './redirect-target.ts';
import { describeRule } from './rule-text.ts';
import { findFile, type LookupStep, lookUp, type Recorder } from './site-lookup.ts';
import type { SitePath } from './site-path.ts';
import type { SiteFile, SiteTree } from './site-tree.ts';

export interface DecisionSite {
  readonly rules: CompiledRules;
  readonly tree: SiteTree;
  readonly hostingRules: HostingRules;
}

export interface DecisionRequest extends RuleRequest, SitePath {}

/** What a visitor gets. */
export type Decision = { readonly because: Because } & (
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  /** The address may be one of `http://`: whether that is allowed is not decided here. */
  | { readonly kind: 'proxy'; readonly url: string }
  | {
      readonly kind: 'file';
      readonly status: number;
      readonly file: SiteFile;
      /** In the tree. */
      readonly name: string;
      /** The path of the file, encoded; that of the request may be another. */
      readonly servedPath: string;
    }
  /** The page of a `404-200` rule is larger than the service sends: see `tooLargeText`. */
  | { readonly kind: 'too-large'; readonly status: 500 }
  | { readonly kind: 'miss' }
);

/** The rule and the step of the lookup that led to a decision, where one did. */
export interface Because {
  /** Its place among the rules of the app, from 0. */
  readonly rule?: number | undefined;
  readonly lookup?: LookupStep | undefined;
}

/** Seen on AWS: aws-amplify/amplify-hosting#3293. */
export const tooLargeText = 'Internal Server Error: target response exceeds 1MB limit.';

/** In bytes, of the target of a `404-200` rule. */
const largestNotFoundPage = 1_048_576;

/**
 * Decides what a visitor gets, by whatever method they ask.
 *
 * The rules are tried from the top, and the first that matches decides, even where there is a file (AWS
 * documentation: "Order of redirects"; Seen on AWS: aws-amplify/amplify-hosting#4099). A 200 rule with a path ends
 * the rules: what the site has at that path is served, with no redirect to a folder's slash. Rules of status 404
 * and 404-200 wait until nothing is found; then those that match the requested path are tried in order, also
 * the ones below a 200 rule that led nowhere (Backline's choice).
 *
 * `record` gets each step as a line of text; without it no text is made.
 */
export function decide(site: DecisionSite, request: DecisionRequest, record?: Recorder): Decision {
  let rewrite: { rule: ActiveRule; path: SitePath | undefined } | undefined;
  for (const rule of site.rules) {
    if (rule.action === 'ignored') {
      record?.(`${describeRule(rule)}: ignored: ${rule.reason}`);
      continue;
    }
    if (isForMisses(rule)) {
      record?.(`${describeRule(rule)}: waits until nothing is found`);
      continue;
    }
    const captures = match(rule, request, record);
    if (!captures) continue;
    if (rule.action === 'rewrite') {
      rewrite = { rule, path: rule.fixedPath ?? rewrittenPath(rule.target, captures) };
      record?.(`rewritten to ${rewrite.path?.path ?? 'a path that no site has'}`);
      break;
    }
    const answer = leave(rule, captures, request, record);
    if (answer) return answer;
  }
  return (
    (rewrite ? serve(site, rewrite.rule, rewrite.path, record) : serveRequested(site, request, record)) ??
    decideMiss(site, request, record)
  );
}

/** The same decision, with every step of the way to it as a line of text. */
export function explain(
  site: DecisionSite,
  request: DecisionRequest,
): { decision: Decision; steps: readonly string[] } {
  const steps: string[] = [];
  const decision = decide(site, request, (line) => steps.push(line));
  return { decision, steps };
}

function isForMisses(rule: ActiveRule): boolean {
  return rule.action === 'not-found-redirect' || rule.action === 'not-found-rewrite';
}

function match(rule: ActiveRule, request: DecisionRequest, record?: Recorder): Captures | undefined {
  if (!isForCountry(rule, request.country)) {
    record?.(
      `${describeRule(rule)}: condition <${rule.country}>: visitor is from ${request.country || 'nobody knows where'}`,
    );
    return undefined;
  }
  const captures = rule.source.match(request);
  record?.(`${describeRule(rule)}: ${captures ? 'matches' : 'does not match'}`);
  return captures;
}

/** The answer of a rule that sends the visitor, or the request, elsewhere. */
function leave(
  rule: ActiveRule,
  captures: Captures,
  request: DecisionRequest,
  record?: Recorder,
): Decision | undefined {
  const because = { rule: rule.index };
  if (rule.action === 'proxy') {
    const url = proxiedAddress(rule.target, captures, request.query);
    if (url !== undefined) return { kind: 'proxy', url, because };
  } else {
    const location = locationOf(rule.target, captures, request.query);
    if (location !== undefined) return { kind: 'redirect', status: rule.status, location, because };
  }
  record?.('passed over: what it captures makes no safe address');
  return undefined;
}

function serveRequested(
  { tree, hostingRules }: DecisionSite,
  request: DecisionRequest,
  record?: Recorder,
): Decision | undefined {
  const found = lookUp(tree, request, hostingRules, record);
  if (!found) return undefined;
  const because = { lookup: found.step };
  if ('file' in found) {
    const { file, name, path: servedPath } = found;
    return { kind: 'file', status: 200, file, name, servedPath, because };
  }
  const isKept = hostingRules.slashRedirectQuery === 'keep' && request.query !== '';
  const location = isKept ? `${found.path}?${safeQuery(request.query)}` : found.path;
  // Seen on AWS: aws-amplify/amplify-hosting#725, #1040, #1265, #2719.
  return { kind: 'redirect', status: 301, location, because };
}

function serve(
  { tree, hostingRules }: DecisionSite,
  rule: ActiveRule,
  path: SitePath | undefined,
  record?: Recorder,
): (Decision & { kind: 'file' }) | undefined {
  const found = path && findFile(tree, path, hostingRules, record);
  if (!found) return undefined;
  const { file, name, path: servedPath, step } = found;
  return {
    kind: 'file',
    status: rule.status,
    file,
    name,
    servedPath,
    because: { rule: rule.index, lookup: step },
  };
}

function decideMiss(site: DecisionSite, request: DecisionRequest, record?: Recorder): Decision {
  for (const rule of site.rules) {
    if (rule.action === 'ignored' || !isForMisses(rule)) continue;
    const captures = match(rule, request, record);
    const answer = captures && answerMiss(site, rule, captures, request, record);
    if (answer) return answer;
  }
  record?.('nothing is found');
  return { kind: 'miss', because: {} };
}

function answerMiss(
  site: DecisionSite,
  rule: ActiveRule,
  captures: Captures,
  request: DecisionRequest,
  record?: Recorder,
): Decision | undefined {
  const because = { rule: rule.index };
  if (rule.action === 'not-found-redirect') {
    // Seen on AWS: aws-amplify/amplify-hosting#1079, the query is dropped. Where the target itself is missing,
    // that is a miss, not a redirect without end: aws-amplify/amplify-hosting#1058.
    const location = locationOf(rule.target, captures, '');
    const isSame = location === request.path || location === `https://${request.host}${request.path}`;
    if (location !== undefined && !isSame) {
      return { kind: 'redirect', status: rule.status, location, because };
    }
    record?.('passed over: it leads to the path that was asked for, or nowhere');
    return undefined;
  }
  const found = serve(site, rule, rule.fixedPath ?? rewrittenPath(rule.target, captures), record);
  if (found && found.file.size > largestNotFoundPage) {
    record?.('the page is larger than 1 MB');
    return { kind: 'too-large', status: 500, because };
  }
  return found;
}
