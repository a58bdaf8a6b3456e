import type { AppSettings } from './app.ts';
import type { Scope } from './scope.ts';

/** What the server has to know of a branch to answer its visitors. */
export interface SiteRecord extends Scope {
  readonly appId: string;
  readonly branchName: string;
  readonly displayName: string;
  readonly customRules: AppSettings['customRules'];
  /** Base64 of `user:password`, where basic auth is on. */
  readonly appCredentials: string | undefined;
  readonly branchCredentials: string | undefined;
  /** What was deployed last; undefined for a branch without a deployment. */
  readonly deployment: PublishedDeployment | undefined;
}

export interface PublishedDeployment {
  readonly jobId: number;
  /** The blob that holds its tree. */
  readonly tree: string;
  /** The custom headers as JSON, frozen when it was deployed: a list of header rules. */
  readonly headers: string;
}

/** What a host name leads to. */
export type SiteAddress =
  /** A branch of an app. */
  | { readonly kind: 'site'; readonly site: SiteRecord }
  /** A name below one that is served here, but of no branch; or a domain that is not ready. */
  | { readonly kind: 'nothing'; readonly reason: string }
  /** A name that has nothing to do with this server's sites. */
  | { readonly kind: 'foreign' };
