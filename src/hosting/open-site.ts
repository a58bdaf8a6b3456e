import type { Blobs } from '../blobs/blobs.ts';
import { readTree } from '../blobs/site-tree-blob.ts';
import type { HostingRules } from '../domain/hosting-rules.ts';
import type { SiteRecord } from '../domain/site.ts';
import { makeReady, type Site } from './ready-site.ts';
import { createRegexCompiler } from './rules/compile-regex.ts';

/** Makes one site ready by itself, to be looked at rather than served. */
export async function openSite(record: SiteRecord, blobs: Blobs, hostingRules: HostingRules): Promise<Site> {
  const tree = record.deployment ? await readTree(blobs, record.deployment.tree) : new Map();
  return makeReady(record, tree, {
    hostingRules,
    compileRegex: createRegexCompiler(() => {}).compile,
  });
}
