import { describe, expect, it } from 'vitest';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { SignedRequest } from './authorization.ts';
import { hashCanonicalRequest, hashPayload } from './canonical-request.ts';
import { deriveSigningKey } from './signing-keys.ts';
import { type AccessKey, createVerifier, sign } from './sigv4.ts';
import { readWire } from './wire-request.ts';

// All signatures here were made by botocore 1.43.11 with this key, at this time.
const KEY: AccessKey = {
  accessKeyId: 'AKBLABCDEFGHIJKLMNOP',
  account: '111122223333',
  sealedSecret: 'sealed',
};
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const SIGNED_AT = Date.UTC(2026, 2, 31, 9, 38, 48);
const DATE = ['X-Amz-Date', '20260331T093848Z'];
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

function request(
  method: string,
  target: string,
  signedHeaders: string,
  signature: string,
  headers: string[] = DATE,
  body = '',
): SignedRequest {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKBLABCDEFGHIJKLMNOP/20260331/us-east-1/amplify/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  const rawHeaders = ['Host', '127.0.0.1:4100', 'Accept-Encoding', 'identity', ...headers];
  return {
    method,
    target,
    rawHeaders: [...rawHeaders, 'Authorization', authorization],
    body: Buffer.from(body),
  };
}

const startJob = request(
  'POST',
  '/apps/d26rfy7bgd5d4z/branches/APS-58%2Fdelete_representatives_fix/jobs',
  'content-type;host;x-amz-date',
  'c8c39b7611cb015a425abd1f0125616b041669ae90b4162acbb41e37b67dc02d',
  [
    ...['Content-Type', 'application/json', ...DATE],
    ...['amz-sdk-invocation-id', '359ec836-090a-4b39-bad5-5b55d7a819ae', 'amz-sdk-request', 'attempt=1'],
    ...['X-Amzn-Trace-Id', 'Root=1', 'X-Amz-User-Agent', 'aws-sdk-php/3', 'Content-Length', '22'],
  ],
  '{"jobType": "RELEASE"}',
);
const PRESIGNED_TARGET =
  '/apps?maxResults=25&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKBLABCDEFGHIJKLMNOP%2F20260331%2Fus-east-1%2Famplify%2Faws4_request&X-Amz-Date=20260331T093848Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=838d92534c7b26262550ec22ce55c63410a646ada41c8b699bf79ab5edca0d7e';
const presigned: SignedRequest = {
  method: 'GET',
  target: PRESIGNED_TARGET,
  rawHeaders: ['Host', '127.0.0.1:4100'],
  body: Buffer.alloc(0),
};

function verifierAt(now: number, key: AccessKey | undefined = KEY) {
  return createVerifier({ findKey: async () => key, unseal: () => SECRET, now: () => now });
}
const verify = verifierAt(SIGNED_AT);

async function refusal(sent: SignedRequest, verifier = verify): Promise<{ type: string; message: string }> {
  const error = await verifier(sent).then(
    () => new Error('The request was not refused.'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof GatewayError)) throw error;
  expect(error.status).toBe(403);
  return { type: error.name, message: error.message };
}

describe('a request of botocore', () => {
  it.each<[string, SignedRequest]>([
    ['with a body and an escaped slash, and headers it does not sign', startJob],
    [
      'with a query',
      request(
        'GET',
        '/apps?nextToken=a%2Bb%3D%3D&maxResults=25',
        'host;x-amz-date',
        '7a4ffab7270602fb531f4629c312c2b914825ab104b72547662edde09234402c',
      ),
    ],
    [
      'with an ARN in its path',
      request(
        'GET',
        '/tags/arn%3Aaws%3Aamplify%3Aus-east-1%3A111122223333%3Aapps%2Fd1',
        'host;x-amz-date',
        '278b7848a1e127b13cb833a69fbbcbcaa79ec0ed3a72fdce4dfe0784a8e762f7',
      ),
    ],
    [
      'with a repeated parameter',
      request(
        'DELETE',
        '/tags/arn%3Aaws%3Aamplify?tagKeys=b&tagKeys=a&tagKeys=%C3%A9%20~',
        'host;x-amz-date',
        '96e7d5fe67f9a6b3dda4fa1952a29362bf86b1c5b01e9e67295992e435e01b71',
      ),
    ],
    [
      'with spaces inside its headers',
      request(
        'GET',
        '/apps',
        'host;my-header;x-amz-date;x-amz-meta',
        'e6120508d93c3892668b3e9361dfba4e755a9f2961c1b07d4143f267bbb241fb',
        [...DATE, 'X-Amz-Meta', 'a   b', 'My-Header', '  x  y '],
      ),
    ],
    [
      'dated by the Date header',
      request(
        'GET',
        '/apps',
        'date;host',
        '412c75c1d39e2ba1af6d8151880aec403d6857f04aa1f4ec0b84e27fc3e32cdb',
        ['Date', 'Tue, 31 Mar 2026 09:38:48 -0000'],
      ),
    ],
    ['presigned', presigned],
  ])('%s is accepted', async (_what, sent) => {
    const { claim, key } = await verify(sent);
    expect(key).toBe(KEY);
    expect(claim).toMatchObject({ accessKeyId: KEY.accessKeyId, date: '20260331', region: 'us-east-1' });
  });
});

describe('a request', () => {
  const unsignedPayload = request(
    'POST',
    '/apps',
    'content-type;host;x-amz-content-sha256;x-amz-date',
    '919df5a0b88a65f3b249199ea9a49f04075182109972acdb27efc6ecef0b453b',
    [...DATE, 'Content-Type', 'application/json', 'X-Amz-Content-SHA256', 'UNSIGNED-PAYLOAD'],
    '{"name":"x"}',
  );
  const normalised = '7ea518602f46a8af1d2233ff87965d456d741b8386992d4b6553f3673496543d';

  it.each<[string, SignedRequest]>([
    ['whose body was altered', { ...startJob, body: Buffer.from('{"jobType": "RELEASF"}') }],
    ['whose method was altered', { ...startJob, method: 'PUT' }],
    ['whose signature leaves out the body', unsignedPayload],
    ['with a broken escape in its query', { ...startJob, target: `${startJob.target}?a=%` }],
    [
      'that lacks a signed header',
      {
        ...startJob,
        rawHeaders: startJob.rawHeaders.toSpliced(startJob.rawHeaders.indexOf('Content-Type'), 2),
      },
    ],
    [
      'whose path has dots that its signer took out',
      request('GET', '/apps/x/../y', 'host;x-amz-date', normalised),
    ],
    [
      'whose path has slashes that its signer took out',
      request('GET', '/apps//y', 'host;x-amz-date', normalised),
    ],
  ])('%s is refused', async (_what, sent) => {
    expect(await refusal(sent)).toEqual({ type: 'InvalidSignatureException', message: MISMATCH });
  });

  it('that names another payload hash than that of its body is refused, although it is signed so', async () => {
    const names = ['host', 'x-amz-content-sha256', 'x-amz-date'];
    const body = '{}';
    const signedFor = (payload: string, signature: string) =>
      request('POST', '/apps', names.join(';'), signature, [...DATE, 'X-Amz-Content-SHA256', payload], body);
    const signed = (payload: string) => {
      const wire = readWire(signedFor(payload, ''));
      const requestHash = hashCanonicalRequest('POST', wire, names, hashPayload(Buffer.from(body)));
      const key = deriveSigningKey(SECRET, '20260331', 'us-east-1');
      const signature = sign(key, '20260331T093848Z', '20260331/us-east-1/amplify/aws4_request', requestHash);
      return signedFor(payload, signature.toString('hex'));
    };
    await verify(signed(hashPayload(Buffer.from(body))));
    expect((await refusal(signed('UNSIGNED-PAYLOAD'))).message).toBe(MISMATCH);
  });

  it('whose path is the one that was signed is accepted', async () => {
    await verify(request('GET', '/apps/y', 'host;x-amz-date', normalised));
  });

  it('that does not sign its host is refused', async () => {
    expect(await refusal(request('GET', '/apps', 'x-amz-date', '0'.repeat(64)))).toEqual({
      type: 'InvalidSignatureException',
      message: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    });
  });

  it.each([[startJob], [presigned]])('with an x-amz header that is not signed is refused', async (sent) => {
    const added = { ...sent, rawHeaders: [...sent.rawHeaders, 'X-Amz-Added', '1'] };
    expect(await refusal(added)).toEqual({
      type: 'InvalidSignatureException',
      message: "'x-amz-added' must be a 'SignedHeader' in the AWS Authorization.",
    });
  });

  it('of an unknown key is refused', async () => {
    const unknown = {
      type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    };
    const options = { unseal: () => SECRET, now: () => SIGNED_AT };
    expect(await refusal(startJob, createVerifier({ ...options, findKey: async () => undefined }))).toEqual(
      unknown,
    );
    const other = { ...KEY, accessKeyId: KEY.accessKeyId.toLowerCase() };
    expect(await refusal(startJob, createVerifier({ ...options, findKey: async () => other }))).toEqual(
      unknown,
    );
  });

  it('with a security token is refused, although its signature is right', async () => {
    const sent = request(
      'GET',
      '/apps',
      'host;x-amz-date;x-amz-security-token',
      'e476ab0a9bbc98ebb66beb9bfb1b8434439ecd509bfe9bcc4ab49efa75f3dd11',
      [...DATE, 'X-Amz-Security-Token', 'token'],
    );
    expect((await refusal(sent)).type).toBe('UnrecognizedClientException');
  });
});

describe('the time of a signature', () => {
  const MINUTE = 60_000;

  it.each([[-5 * MINUTE], [0], [5 * MINUTE], [5 * MINUTE + 999]])('may be off by %i ms', async (offset) => {
    await verifierAt(SIGNED_AT + offset)(startJob);
  });

  it('is not more than 5 minutes ago', async () => {
    const now = Date.UTC(2026, 2, 31, 9, 54, 12);
    expect(await refusal(startJob, verifierAt(now))).toEqual({
      type: 'InvalidSignatureException',
      message:
        'Signature expired: 20260331T093848Z is now earlier than 20260331T094912Z (20260331T095412Z - 5 min.)',
    });
    expect((await refusal(startJob, verifierAt(SIGNED_AT + 5 * MINUTE + 1000))).message).toMatch(
      /^Signature expired/,
    );
  });

  it.each([[startJob], [presigned]])('is not more than 5 minutes ahead', async (sent) => {
    expect(await refusal(sent, verifierAt(SIGNED_AT - 5 * MINUTE - 1000))).toEqual({
      type: 'InvalidSignatureException',
      message:
        'Signature not yet current: 20260331T093848Z is still later than 20260331T093847Z (20260331T093347Z + 5 min.)',
    });
  });

  it('is not longer ago than a presigned request is good for', async () => {
    await verifierAt(SIGNED_AT + 600_000)(presigned);
    expect(await refusal(presigned, verifierAt(SIGNED_AT + 601_000))).toEqual({
      type: 'InvalidSignatureException',
      message:
        'Signature expired: 20260331T093848Z is now earlier than 20260331T093849Z (20260331T094849Z - 600 sec.)',
    });
  });
});
