import { describe, expect, it } from 'vitest';
import { GatewayError } from '../protocol/gateway-error.ts';
import { readClaim, readHeaderClaim, type SignedRequest } from './authorization.ts';

const CREDENTIAL = 'AKBLABCDEFGHIJKLMNOP/20220401/us-east-1/amplify/aws4_request';
const SIGNATURE = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7';
const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, SignedHeaders=host;x-amz-date, Signature=${SIGNATURE}`;
const DATE = ['X-Amz-Date', '20220401T000000Z'];

function request(
  authorization: string | undefined,
  others: string[] = DATE,
  target = '/apps',
): SignedRequest {
  const sent = authorization === undefined ? [] : ['Authorization', authorization];
  return {
    method: 'GET',
    target,
    rawHeaders: ['Host', 'localhost', ...sent, ...others],
    body: Buffer.alloc(0),
  };
}

function presigned(changes: Record<string, string | undefined> = {}, extra = ''): SignedRequest {
  const parameters = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': CREDENTIAL,
    'X-Amz-Date': '20220401T000000Z',
    'X-Amz-Expires': '600',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': SIGNATURE,
    ...changes,
  };
  const query = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`);
  return request(undefined, [], `/apps?${query.join('&')}${extra}`);
}

function refusal(sent: SignedRequest, read = readClaim): { type: string; message: string } {
  try {
    read(sent);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    expect(error.status).toBe(403);
    return { type: error.name, message: error.message };
  }
  throw new Error('The request was not refused.');
}

describe('an Authorization header', () => {
  const claim = {
    accessKeyId: 'AKBLABCDEFGHIJKLMNOP',
    date: '20220401',
    region: 'us-east-1',
    timestamp: '20220401T000000Z',
    signedHeaders: ['host', 'x-amz-date'],
    signature: SIGNATURE,
    placement: 'header',
  };

  it('is read with its parts in any order and with or without spaces', () => {
    expect(readClaim(request(AUTHORIZATION))).toEqual(claim);
    const turned = `AWS4-HMAC-SHA256 Signature=${SIGNATURE},SignedHeaders=host;x-amz-date,Credential=${CREDENTIAL}`;
    expect(readHeaderClaim(request(turned))).toEqual(claim);
  });

  it.each([
    ['Fri, 01 Apr 2022 00:00:00 GMT'],
    ['Fri, 01 Apr 2022 00:00:00 -0000'],
    ['1 Apr 2022 00:00:00 UTC'],
    ['20220401T000000Z'],
  ])('may go with the Date header %s', (date) => {
    expect(readClaim(request(AUTHORIZATION, ['Date', date])).timestamp).toBe('20220401T000000Z');
  });

  it('goes by X-Amz-Date when there is a Date as well', () => {
    const both = ['Date', 'Fri, 01 Apr 2022 11:11:11 GMT', ...DATE];
    expect(readClaim(request(AUTHORIZATION, both)).timestamp).toBe('20220401T000000Z');
  });

  it('brings the security token along', () => {
    const token = [...DATE, 'X-Amz-Security-Token', 'abc'];
    expect(readClaim(request(AUTHORIZATION, token))).toEqual({ ...claim, securityToken: 'abc' });
  });

  it.each([[undefined], [''], ['  ']])('that is missing or empty (%j) is a missing token', (header) => {
    expect(refusal(request(header))).toEqual({
      type: 'MissingAuthenticationTokenException',
      message: 'Missing Authentication Token',
    });
  });

  it.each([
    [
      'AWS4-HMAC-SHA256',
      [],
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ],
    [
      `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, Signature=`,
      DATE,
      "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
    ],
    [
      AUTHORIZATION,
      [],
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ],
    [
      AUTHORIZATION,
      ['X-Amz-Date', '2022-04-01T00:00:00Z'],
      "Date must be in ISO-8601 'basic format'. Got '2022-04-01T00:00:00Z'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      AUTHORIZATION,
      ['X-Amz-Date', '20220230T000000Z'],
      "Date must be in ISO-8601 'basic format'. Got '20220230T000000Z'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      AUTHORIZATION,
      [...DATE, ...DATE],
      "Date must be in ISO-8601 'basic format'. Got '20220401T000000Z,20220401T000000Z'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      AUTHORIZATION,
      ['X-Amz-Date', `<b>${'x'.repeat(500)}`],
      `Date must be in ISO-8601 'basic format'. Got '?b?${'x'.repeat(61)}...'. See http://en.wikipedia.org/wiki/ISO_8601`,
    ],
    [
      AUTHORIZATION.replace('/us-east-1', ''),
      DATE,
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term',
    ],
    [
      `${AUTHORIZATION}, Signature=${SIGNATURE}`,
      DATE,
      'The Authorization header has the same parameter twice.',
    ],
    [
      `${AUTHORIZATION},`,
      DATE,
      'The Authorization header has a part that is not a valid key=value pair (missing equal-sign).',
    ],
    [
      AUTHORIZATION.toUpperCase(),
      DATE,
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
    ],
    [
      AUTHORIZATION.replace('host;', 'Host;'),
      DATE,
      'SignedHeaders must be a list of lower-case header names, separated by semicolons.',
    ],
    [
      AUTHORIZATION.replace(SIGNATURE, SIGNATURE.toUpperCase()),
      DATE,
      'Signature must be 64 lower-case hexadecimal digits.',
    ],
    ['Basic dXNlcjpwYXNz', DATE, "Unsupported AWS 'algorithm': 'Basic' (only AWS4-HMAC-SHA256 for now)."],
    ['Bearer abc.def', DATE, "Unsupported AWS 'algorithm': 'Bearer' (only AWS4-HMAC-SHA256 for now)."],
    [
      AUTHORIZATION.replace('HMAC-SHA256', 'ECDSA-P256-SHA256'),
      DATE,
      "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now).",
    ],
    ['a-bare-secret', DATE, "Unsupported AWS 'algorithm' (only AWS4-HMAC-SHA256 for now)."],
  ])('%s with %j is an incomplete signature', (header, others, message) => {
    expect(refusal(request(header, others))).toEqual({ type: 'IncompleteSignatureException', message });
  });

  it('sent twice is refused', () => {
    const twice = [...DATE, 'authorization', AUTHORIZATION];
    expect(refusal(request(AUTHORIZATION, twice))).toEqual({
      type: 'IncompleteSignatureException',
      message: "The request must have only one 'Authorization' header.",
    });
  });

  it('beside a presigned query is refused', () => {
    const both = request(AUTHORIZATION, DATE, '/apps?X-Amz-Algorithm=AWS4-HMAC-SHA256');
    const message =
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";
    expect(refusal(both)).toEqual({ type: 'IncompleteSignatureException', message });
    expect(refusal(both, readHeaderClaim)).toEqual({ type: 'IncompleteSignatureException', message });
  });

  it.each([
    ['us-east-1', '%72egion', 'Credential should be scoped to a valid region. '],
    ['us-east-1', 'x'.repeat(33), 'Credential should be scoped to a valid region. '],
    ['/amplify/', '/s3/', "Credential should be scoped to correct service: 'amplify'. "],
    [
      'aws4_request',
      'aws5<request',
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5?request'. ",
    ],
    [
      '/20220401/',
      '/20220331/',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20220331' != '20220401', from '20220401T000000Z'.",
    ],
    [
      '/20220401/us-east-1/amplify/aws4_request',
      '/x/US/s3/end',
      "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'amplify'. Credential should be scoped with a valid terminator: 'aws4_request', not 'end'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'x' != '20220401', from '20220401T000000Z'.",
    ],
  ])('whose scope has %s replaced by %s is an invalid signature', (from, to, message) => {
    const sent = request(AUTHORIZATION.replace(from, to));
    expect(refusal(sent)).toEqual({ type: 'InvalidSignatureException', message });
  });

  it('with an access key id that no key can have is an unknown client', () => {
    const long = AUTHORIZATION.replace('AKBLABCDEFGHIJKLMNOP', 'K'.repeat(129));
    expect(refusal(request(long)).type).toBe('UnrecognizedClientException');
  });
});

describe('a presigned query', () => {
  it('is read when there is no Authorization header', () => {
    expect(readClaim(presigned())).toEqual({
      accessKeyId: 'AKBLABCDEFGHIJKLMNOP',
      date: '20220401',
      region: 'us-east-1',
      timestamp: '20220401T000000Z',
      signedHeaders: ['host'],
      signature: SIGNATURE,
      placement: 'query',
      expires: 600,
    });
    expect(readClaim(presigned({ 'X-Amz-Security-Token': 'a/b' })).securityToken).toBe('a/b');
  });

  it('is not enough where the header is asked for', () => {
    expect(refusal(presigned(), readHeaderClaim).type).toBe('MissingAuthenticationTokenException');
  });

  it('names every parameter that it lacks', () => {
    expect(refusal(request(undefined, [], '/apps?X-Amz-Expires=5'))).toEqual({
      type: 'IncompleteSignatureException',
      message:
        "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
    });
    expect(refusal(presigned({ 'X-Amz-Expires': undefined })).message).toBe(
      "AWS query-string parameters must include 'X-Amz-Expires'. Re-examine the query-string parameters.",
    );
  });

  it('with another algorithm is refused', () => {
    expect(refusal(presigned({ 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' })).message).toBe(
      "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now).",
    );
  });

  it.each([['X-Amz-Date'], ['X-Amz-Signature'], ['X%2DAmz-Expires']])('with %s twice is refused', (name) => {
    expect(refusal(presigned({}, `&${name}=1`)).message).toBe(
      `The request must have only one '${decodeURIComponent(name)}' parameter.`,
    );
  });

  it.each([['0'], ['604801'], ['-1'], ['1.5'], ['1e3'], ['060'], ['1000000'], [' 5']])(
    'with the life time %s is refused',
    (expires) => {
      expect(refusal(presigned({ 'X-Amz-Expires': expires }))).toEqual({
        type: 'IncompleteSignatureException',
        message: 'X-Amz-Expires must be a whole number of seconds from 1 to 604800.',
      });
    },
  );

  it.each([[1], [604_800]])('may last %i seconds', (expires) => {
    expect(readClaim(presigned({ 'X-Amz-Expires': String(expires) })).expires).toBe(expires);
  });

  it('whose credential is not UTF-8 is refused', () => {
    const sent = presigned({ 'X-Amz-Credential': undefined }, '&X-Amz-Credential=%ff');
    expect(refusal(sent).message).toBe("The 'X-Amz-Credential' parameter is not UTF-8.");
  });

  it('must have an ISO date, as it has no Date header to stand in', () => {
    const sent = presigned({ 'X-Amz-Date': 'Fri, 01 Apr 2022 00:00:00 GMT' });
    expect(refusal(sent).type).toBe('IncompleteSignatureException');
  });
});
