import { GatewayError } from '../protocol/gateway-error.ts';

/** The request carries no authentication at all. */
export function missingToken(): GatewayError {
  return new GatewayError('MissingAuthenticationTokenException', 'Missing Authentication Token');
}

/** The authentication is there and cannot be read. */
export function incompleteSignature(message: string): GatewayError {
  return new GatewayError('IncompleteSignatureException', message);
}

/** The authentication can be read and is not valid for this request, service or time. */
export function invalidSignature(message: string): GatewayError {
  return new GatewayError('InvalidSignatureException', message);
}

/** The access key is not one of ours. */
export function unrecognizedClient(): GatewayError {
  return new GatewayError(
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  );
}

/** The signature does not belong to this request and key; says nothing about which part differs. */
export function signatureMismatch(): GatewayError {
  return invalidSignature(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

const MAX_ECHO = 64;
const NOT_PLAIN = /[^A-Za-z0-9 _.,:+-]/g;

/** Client text that is safe to repeat in an error message: at most 64 characters, `?` for what is not plain. */
export function plain(text: string): string {
  const safe = text.slice(0, MAX_ECHO).replace(NOT_PLAIN, '?');
  return text.length > MAX_ECHO ? `${safe}...` : safe;
}
