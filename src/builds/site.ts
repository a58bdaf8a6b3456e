import type { HeaderRule } from '../domain/custom-headers.ts';
import type { SiteTree } from '../domain/site-tree.ts';

/** What visitors are to get: made by a job, before anyone gets it. */
export interface Site {
  readonly tree: SiteTree;
  readonly headers: readonly HeaderRule[];
}
