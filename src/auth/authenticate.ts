import { readHeaderClaim, type SignedRequest } from './authorization.ts';
import { createVerifier, type VerifierOptions } from './sigv4.ts';

/** On whose behalf a request is made. */
export interface Caller {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly accessKeyId: string;
}

export type AuthenticatorOptions =
  | { readonly mode: 'off'; readonly account: string }
  | ({ readonly mode: 'keys' } & VerifierOptions);

const ACCOUNT = /^[0-9]{12}$/;

/**
 * Makes the function that says who is calling. Mode `keys` verifies signatures. Mode `off` takes any access key and
 * does not verify; an access key of 12 digits is itself the account. Both throw GatewayError, 403.
 */
export function createAuthenticator(
  options: AuthenticatorOptions,
): (request: SignedRequest) => Promise<Caller> {
  if (options.mode === 'off') {
    return async (request) => {
      // Only the header: a web page cannot send it to another origin without a preflight, but any page could send
      // a presigned query to a Backline on its visitor's machine.
      const { accessKeyId, region } = readHeaderClaim(request);
      return { account: ACCOUNT.test(accessKeyId) ? accessKeyId : options.account, region, accessKeyId };
    };
  }
  const verify = createVerifier(options);
  return async (request) => {
    const { claim, key } = await verify(request);
    return { account: key.account, region: claim.region, accessKeyId: claim.accessKeyId };
  };
}
