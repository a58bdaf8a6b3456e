import type { HostingRules } from '../../../src/domain/hosting-rules.ts';
import type { CustomRule } from '../../../src/domain/redirect-rules.ts';

/** One request to one site, and what the visitor gets: data that can be run on a decision or over HTTP. */
export interface HostingCase {
  readonly id: string;
  readonly rules: readonly CustomRule[];
  /** The content of the site's files by their names. */
  readonly files: Readonly<Record<string, string>>;
  /** Where they are not the defaults. */
  readonly hostingRules?: Partial<HostingRules>;
  /** `path` is the raw target, with its query. */
  readonly request: { readonly path: string; readonly host?: string; readonly country?: string };
  readonly expected: Expected;
  /** Where it is documented or was seen, or that it is a choice. */
  readonly source: string;
}

export type Expected =
  | { readonly status: number; readonly location: string }
  /** The body is that of the file with this name. */
  | { readonly status: number; readonly file: string }
  /** The request goes to this address, whose answer the visitor gets. */
  | { readonly proxied: string }
  | { readonly status: 500; readonly body: string }
  /** Nothing is found. */
  | { readonly status: 404 };

/** A page of the Amplify Hosting user guide. */
export const guide = (page: string) => `https://docs.aws.amazon.com/amplify/latest/userguide/${page}.html`;

export const issue = (number: number, repository = 'aws-amplify/amplify-hosting') =>
  `https://github.com/${repository}/issues/${number}`;

export const choice = "Backline's choice";

export const redirects = guide('redirects');
export const examples = guide('redirect-rewrite-examples');

/** A rule as the console's text editor shows it. */
export function rule(source: string, target: string, status: string, condition?: string): CustomRule {
  return { source, target, status, ...(condition === undefined ? {} : { condition }) };
}

/** A site whose files hold their own names. */
export function site(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `This is ${name}.`]));
}
