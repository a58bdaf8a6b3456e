import type { AppSettings } from './app.ts';
import type { HostingRules } from './hosting-rules.ts';
import { noCaptures } from './path-pattern.ts';
import { type CompileRegex, type RuleSource, readSource, type SourceRequest } from './redirect-source.ts';
import { type RuleTarget, readTarget, rewrittenPath } from './redirect-target.ts';
import type { SitePath } from './site-path.ts';

export type CustomRule = AppSettings['customRules'][number];

/** What an active rule does; the last two only where nothing is found for the path. */
export type RuleAction = 'redirect' | 'rewrite' | 'proxy' | 'not-found-redirect' | 'not-found-rewrite';

export interface ActiveRule {
  /** Its place among the rules of the app, from 0. */
  readonly index: number;
  readonly rule: CustomRule;
  readonly action: RuleAction;
  /** Of its answer. */
  readonly status: number;
  /** ISO 3166 code, in upper case, of the only country it is for. */
  readonly country: string | undefined;
  readonly source: RuleSource;
  readonly target: RuleTarget;
  /** Where a rewrite leads, when that is always the same path. */
  readonly fixedPath: SitePath | undefined;
}

export interface IgnoredRule {
  readonly index: number;
  readonly rule: CustomRule;
  readonly action: 'ignored';
  readonly reason: string;
}

export type CompiledRule = ActiveRule | IgnoredRule;

/** In the order in which they are tried. It never changes once it is made. */
export type CompiledRules = readonly CompiledRule[];

export interface RuleRequest extends SourceRequest {
  /** ISO 3166 code of the visitor's country, where it is known. */
  readonly country?: string | undefined;
}

/** Prepares the rules of an app. A rule that means nothing is kept with the reason why it is ignored. */
export function compileRules(
  rules: readonly CustomRule[],
  hostingRules: HostingRules,
  compileRegex: CompileRegex,
): CompiledRules {
  return rules.map((rule, index) => {
    const compiled = compileRule(rule, index, hostingRules, compileRegex);
    return 'ignored' in compiled ? { index, rule, action: 'ignored', reason: compiled.ignored } : compiled;
  });
}

/** Whether the rule is for visitors of this country. */
export function isForCountry(rule: ActiveRule, country: string | undefined): boolean {
  return rule.country === undefined || rule.country === country?.toUpperCase();
}

function compileRule(
  rule: CustomRule,
  index: number,
  hostingRules: HostingRules,
  compileRegex: CompileRegex,
): ActiveRule | { ignored: string } {
  const kind = kindOf(rule, hostingRules);
  if (!kind) return { ignored: 'there is no such status' };
  const country = countryOf(rule);
  if (country === null) return { ignored: 'the condition is not one country code as in <US>' };
  const source = readSource(rule.source, hostingRules, compileRegex);
  if ('ignored' in source) return source;
  const target = readTarget(rule.target, source);
  if ('ignored' in target) return target;

  const action = kind.action === 'rewrite' && target.origin !== '' ? 'proxy' : kind.action;
  if (action === 'not-found-rewrite' && target.origin !== '') {
    return { ignored: 'the target of a 404-200 rule is a path' };
  }
  const isFixed = action.endsWith('rewrite') && target.path.names.length === 0;
  const fixedPath = isFixed ? rewrittenPath(target, noCaptures) : undefined;
  return { index, rule, ...kind, action, country, source, target, fixedPath };
}

/**
 * A rule without a status is a permanent redirect: what AWS CDK documents as the default. AWS itself has come to
 * refuse such rules (Seen on AWS: aws/aws-cdk#33973).
 */
function kindOf(
  rule: CustomRule,
  hostingRules: HostingRules,
): { action: RuleAction; status: number } | undefined {
  switch (rule.status || '301') {
    case '301':
      return { action: 'redirect', status: 301 };
    case '302':
      return { action: 'redirect', status: 302 };
    case '200':
      return { action: 'rewrite', status: 200 };
    case '404':
      return { action: 'not-found-redirect', status: Number(hostingRules.notFoundRedirectStatus) };
    case '404-200':
      return { action: 'not-found-rewrite', status: Number(hostingRules.notFoundRewriteStatus) };
    default:
      return undefined;
  }
}

/** One code in angle brackets, no lists. Seen on AWS: aws-amplify/amplify-hosting#995. Null for anything else. */
function countryOf({ condition }: CustomRule): string | undefined | null {
  if (!condition) return undefined;
  return /^<([A-Za-z]{2})>$/.exec(condition)?.[1]?.toUpperCase() ?? null;
}
