import type { Operations } from '../contract/index.ts';
import type { InputOf, OutputOf } from '../contract/operation.ts';
import type { Seal } from '../domain/app.ts';
import type { EnvironmentNameRule } from '../domain/backend-environment.ts';
import type { Quotas } from '../domain/quotas.ts';
import type { Scope } from '../domain/scope.ts';
import type { Store } from '../store/store.ts';
import type { PageTokens } from './page-tokens.ts';
import type { WebhookTokens } from './webhooks/webhook-tokens.ts';

/** What an operation gets beside its input. Time and chance come from here, so tests decide them. */
export interface Context {
  readonly caller: Scope;
  /** Epoch milliseconds. */
  now(): number;
  /** That many random bytes. */
  random(length: number): Uint8Array;
  readonly store: Store;
  readonly pageTokens: PageTokens;
  readonly rules: Rules;
  /** Where this server is reached by the caller, such as http://127.0.0.1:4620: what its links begin with. */
  readonly origin: string;
  /** An address on this server for a path, signed for a method. @param expires epoch milliseconds */
  link(method: 'GET' | 'PUT', path: string, expires: number): string;
  readonly webhookTokens: WebhookTokens;
  /** Encrypts a secret that is to be kept. */
  readonly seal: Seal;
}

/** What the operator of a server decides about its behaviour. */
export interface Rules {
  readonly quotas: Quotas;
  readonly environmentNames: EnvironmentNameRule;
  /** How long each state of a domain association lasts at least, in milliseconds. */
  readonly domainStep: number;
  /** The domain whose sub-domains are the default domains of apps. */
  readonly defaultDomain: string;
}

type Named<Name extends OperationName> = Operations[Uncapitalize<Name>];
export type OperationName = Capitalize<keyof Operations>;

export type Handler<Name extends OperationName> = (
  input: InputOf<Named<Name>>,
  context: Context,
) => Promise<OutputOf<Named<Name>>>;

/** Gives an operation's code the types of its contract: gather, decide, commit, render. */
export function operation<Name extends OperationName>(_name: Name, handler: Handler<Name>): Handler<Name> {
  return handler;
}

/** One entry for each operation of the contract: a missing one does not compile. */
export type Api = {
  [Key in keyof Operations]: Handler<Capitalize<Key>>;
};
