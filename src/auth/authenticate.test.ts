import { describe, expect, it } from 'vitest';
import { GatewayError } from '../protocol/gateway-error.ts';
import { createAuthenticator } from './authenticate.ts';

// Signed by botocore 1.43.11 with the secret below.
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const NOW = Date.UTC(2026, 2, 31, 9, 38, 48);
const PRESIGNED =
  '/apps?maxResults=25&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKBLABCDEFGHIJKLMNOP%2F20260331%2Fus-east-1%2Famplify%2Faws4_request&X-Amz-Date=20260331T093848Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=838d92534c7b26262550ec22ce55c63410a646ada41c8b699bf79ab5edca0d7e';

const presigned = {
  method: 'GET',
  target: PRESIGNED,
  rawHeaders: ['Host', '127.0.0.1:4100'],
  body: Buffer.alloc(0),
};

function signedBy(accessKeyId: string, signature = '0'.repeat(64)) {
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20200101/eu-west-1/amplify/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  const rawHeaders = ['Host', 'localhost', 'X-Amz-Date', '20200101T000000Z', 'Authorization', authorization];
  return { method: 'GET', target: '/apps', rawHeaders, body: Buffer.alloc(0) };
}

describe('with authentication off', () => {
  const authenticate = createAuthenticator({ mode: 'off', account: '000000000000' });

  it('any access key is taken, at any time, for the account of the server', async () => {
    expect(await authenticate(signedBy('test'))).toEqual({
      account: '000000000000',
      region: 'eu-west-1',
      accessKeyId: 'test',
    });
  });

  it('an access key of 12 digits is the account', async () => {
    expect((await authenticate(signedBy('111122223333'))).account).toBe('111122223333');
    expect((await authenticate(signedBy('1111222233334'))).account).toBe('000000000000');
  });

  it('a request without the header is refused, presigned or not', async () => {
    const missing = { name: 'MissingAuthenticationTokenException', status: 403 };
    await expect(authenticate(presigned)).rejects.toMatchObject(missing);
    await expect(authenticate({ ...presigned, target: '/apps' })).rejects.toMatchObject(missing);
  });

  it('a malformed header is refused', async () => {
    await expect(authenticate(signedBy('test', 'none'))).rejects.toBeInstanceOf(GatewayError);
    await expect(authenticate(signedBy('a/b'))).rejects.toBeInstanceOf(GatewayError);
  });
});

describe('with access keys', () => {
  const authenticate = createAuthenticator({
    mode: 'keys',
    findKey: async (accessKeyId) =>
      accessKeyId === 'AKBLABCDEFGHIJKLMNOP'
        ? { accessKeyId, account: '444455556666', sealedSecret: 'sealed' }
        : undefined,
    unseal: () => SECRET,
    now: () => NOW,
  });

  it('the caller is the account of the key, in the region of the signature', async () => {
    expect(await authenticate(presigned)).toEqual({
      account: '444455556666',
      region: 'us-east-1',
      accessKeyId: 'AKBLABCDEFGHIJKLMNOP',
    });
  });

  it('a header that is only well formed is refused', async () => {
    await expect(authenticate(signedBy('111122223333'))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      status: 403,
    });
    await expect(authenticate(signedBy('AKBLABCDEFGHIJKLMNOP'))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      status: 403,
    });
  });
});
