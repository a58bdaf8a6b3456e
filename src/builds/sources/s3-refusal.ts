import { describeFailure } from './describe-failure.ts';
import { SourceRefused } from './source-refused.ts';

const elsewhere = 'is in another region than the app';
const badCredentials = 'cannot be read: the AWS credentials of the server are not valid';

/** AWS documentation: S3 API reference, error responses. */
const texts: Readonly<Record<string, string>> = {
  NoSuchKey: 'does not exist',
  NotFound: 'does not exist',
  NoSuchBucket: 'does not exist: there is no such bucket',
  AccessDenied: 'may not be read: access is denied',
  Forbidden: 'may not be read: access is denied',
  AllAccessDisabled: 'may not be read: access is denied',
  PermanentRedirect: elsewhere,
  AuthorizationHeaderMalformed: elsewhere,
  InvalidObjectState: 'is archived and must be restored first',
  InvalidAccessKeyId: badCredentials,
  SignatureDoesNotMatch: badCredentials,
  ExpiredToken: badCredentials,
  InvalidToken: badCredentials,
  CredentialsProviderError: 'cannot be read: the server has no AWS credentials',
};

/**
 * What an error of the S3 client means, in a line. The message of the error is left out: it is the other side's
 * and may hold names of the server's own account.
 * @param shown the place as it may be shown
 */
export function s3Refusal(error: unknown, shown: string): SourceRefused {
  const { name = '', $metadata } = (error ?? {}) as {
    name?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const text = texts[String(name)];
  if (text !== undefined) return new SourceRefused(`${shown} ${text}`);
  const status = $metadata?.httpStatusCode;
  if (status === 301) return new SourceRefused(`${shown} ${elsewhere}`);
  if (status !== undefined)
    return new SourceRefused(`${shown} cannot be read: S3 answered with status ${status}`);
  return new SourceRefused(`${shown} cannot be read: ${describeFailure(error)}`);
}
