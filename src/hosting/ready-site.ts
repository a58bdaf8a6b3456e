import { compileHeaderRules, type HeadersFor } from '../domain/custom-headers.ts';
import type { HostingRules } from '../domain/hosting-rules.ts';
import { type CompiledRules, compileRules } from '../domain/redirect-rules.ts';
import type { CompileRegex } from '../domain/redirect-source.ts';
import type { SiteRecord } from '../domain/site.ts';
import type { SiteTree } from '../domain/site-tree.ts';
import { type Credentials, credentialsOf } from './sign-in/basic-auth.ts';

/** A branch with all that its visitors need, made ready. It does not change: a change makes another one. */
export interface Site {
  /** Of this making; no other has it. */
  readonly id: number;
  readonly record: SiteRecord;
  readonly hostingRules: HostingRules;
  /** Empty where nothing was deployed. */
  readonly tree: SiteTree;
  readonly rules: CompiledRules;
  /** The custom headers for a path. */
  readonly headersFor: HeadersFor;
  readonly credentials: Credentials | undefined;
  /** Whether any rule is for one country only. */
  readonly asksCountry: boolean;
}

export interface SiteParts {
  readonly hostingRules: HostingRules;
  readonly compileRegex: CompileRegex;
}

let made = 0;

/**
 * Makes a site ready. Of the one that was there before, what has not changed is kept; if nothing has, it is
 * that one.
 */
export function makeReady(
  record: SiteRecord,
  tree: SiteTree,
  { hostingRules, compileRegex }: SiteParts,
  previous?: Site,
): Site {
  if (previous !== undefined && isSame(previous.record, record)) return previous;
  const isKept = previous !== undefined && isSame(previous.record.customRules, record.customRules);
  const rules = isKept ? previous.rules : compileRules(record.customRules, hostingRules, compileRegex);
  const frozen = record.deployment?.headers;
  const headersFor =
    previous !== undefined && previous.record.deployment?.headers === frozen
      ? previous.headersFor
      : compileHeaderRules(frozen === undefined ? [] : JSON.parse(frozen));
  made += 1;
  return {
    id: made,
    record,
    hostingRules,
    tree,
    rules,
    headersFor,
    credentials: credentialsOf(record, hostingRules),
    asksCountry: rules.some((rule) => rule.action !== 'ignored' && rule.country !== undefined),
  };
}

/** Both are plain data of one shape, with their members in one order. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
