import { defaultHostingRules } from '../../src/domain/hosting-rules.ts';
import { type CustomRule, compileRules } from '../../src/domain/redirect-rules.ts';
import type { CompileRegex } from '../../src/domain/redirect-source.ts';
import {
  type Decision,
  type DecisionRequest,
  type DecisionSite,
  decide,
} from '../../src/domain/site-decision.ts';
import { readSitePath } from '../../src/domain/site-path.ts';
import type { SiteFile, SiteTree } from '../../src/domain/site-tree.ts';
import type { HostingCase } from './cases/hosting-case.ts';

/** Expressions of tests are ours, and need no guard. */
export const unguarded: CompileRegex = (source) => {
  try {
    const regex = new RegExp(source);
    return (path) => regex.test(path);
  } catch {
    return undefined;
  }
};

export function treeOf(files: HostingCase['files']): SiteTree {
  return new Map(Object.entries(files).map(([name, content]) => [name, fileOf(name, content)]));
}

export function siteOf(
  rules: readonly CustomRule[],
  files: HostingCase['files'] = {},
  switches: HostingCase['hostingRules'] = {},
): DecisionSite {
  const hostingRules = { ...defaultHostingRules, ...switches };
  return { rules: compileRules(rules, hostingRules, unguarded), tree: treeOf(files), hostingRules };
}

export function requestOf({ path: target, host, country }: HostingCase['request']): DecisionRequest {
  const read = readSitePath(target);
  if ('refused' in read) throw new Error(`${target} is refused with ${read.refused}`);
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : '';
  return { ...read, query, host: host ?? 'main.app.test', country };
}

/** What the decision on a case comes to, in the terms of its expectation. */
export function answerOf(one: HostingCase): HostingCase['expected'] {
  return inTermsOfHttp(decide(siteOf(one.rules, one.files, one.hostingRules), requestOf(one.request)));
}

export function inTermsOfHttp(decision: Decision): HostingCase['expected'] {
  switch (decision.kind) {
    case 'redirect':
      return { status: decision.status, location: decision.location };
    case 'proxy':
      return { proxied: decision.url };
    case 'file':
      return { status: decision.status, file: decision.name };
    case 'too-large':
      return { status: 500, body: 'Internal Server Error: target response exceeds 1MB limit.' };
    case 'miss':
      return { status: 404 };
  }
}

function fileOf(name: string, content: string): SiteFile {
  return { hash: name, size: Buffer.byteLength(content), type: 'text/plain', md5: name };
}
