import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../protocol/gateway-error.ts';
import { readClaim, readHeaderClaim, type SignedRequest } from './authorization.ts';
import { createVerifier } from './sigv4.ts';

const KEY_ID = 'AKBLABCDEFGHIJKLMNOP';
const verify = createVerifier({
  findKey: async (accessKeyId) =>
    accessKeyId === KEY_ID ? { accessKeyId, account: '111122223333', sealedSecret: 'sealed' } : undefined,
  unseal: () => 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  now: () => Date.UTC(2026, 2, 31, 9, 38, 48),
});

describe('whatever a client sends', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[' ', ',', ', ', '=', '/', ';', '%', '%2', '%ff', '%00', '&', '?', '\n', '\u0161'],
      ...['AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256 ', 'Basic ', 'host;x-amz-date', 'host', '__proto__'],
      ...['Credential=', 'SignedHeaders=', 'Signature=', `${KEY_ID}/20260331/us-east-1/amplify/aws4_request`],
      ...['X-Amz-Algorithm=AWS4-HMAC-SHA256', 'X-Amz-Credential=', 'X-Amz-Date=20260331T093848Z'],
      ...['X-Amz-Expires=600', 'X-Amz-SignedHeaders=host', `X-Amz-Signature=${'0'.repeat(64)}`],
    ),
    fc.string({ unit: 'binary', maxLength: 10 }),
    fc.string({ maxLength: 80 }),
  );
  const pieces = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
  const nearlyRight = fc
    .tuple(
      fc.constantFrom('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA512'),
      fc.shuffledSubarray(
        [
          `Credential=${KEY_ID}/20260331/us-east-1/amplify/aws4_request`,
          'SignedHeaders=host;x-amz-date',
          `Signature=${'0'.repeat(64)}`,
        ],
        { minLength: 1 },
      ),
      fc.oneof(fc.constant(''), pieces),
    )
    .map(([scheme, parts, extra]) => `${scheme} ${parts.join(', ')}${extra}`);
  const header = fc.oneof(pieces, nearlyRight);
  const request = fc.record<SignedRequest>({
    method: fc.constantFrom('GET', 'POST'),
    target: fc.oneof(
      pieces,
      pieces.map((text) => `/apps?${text}`),
    ),
    rawHeaders: fc
      .tuple(
        fc.option(header, { nil: undefined }),
        fc.option(fc.oneof(fc.constant('20260331T093848Z'), pieces), { nil: undefined }),
        fc.array(
          fc.tuple(fc.constantFrom('Host', 'Date', 'Authorization', 'X-Amz-Meta', '__proto__'), pieces),
          { maxLength: 2 },
        ),
      )
      .map(([authorization, date, others]) => [
        ...(authorization === undefined ? [] : ['Authorization', authorization]),
        ...(date === undefined ? [] : ['X-Amz-Date', date]),
        ...others.flat(),
      ]),
    body: fc.uint8Array({ maxLength: 4 }),
  });

  it('is answered with a short and plain gateway error', async () => {
    const types = new Set<string>();
    await fc.assert(
      fc.asyncProperty(request, async (sent) => {
        for (const read of [readClaim, readHeaderClaim]) {
          try {
            read(sent);
          } catch (error) {
            expect(error).toBeInstanceOf(GatewayError);
          }
        }
        const outcome = await verify(sent).then(
          () => 'accepted',
          (error: unknown) => error,
        );
        if (!(outcome instanceof GatewayError)) throw outcome;
        types.add(outcome.name);
        expect(outcome.status).toBe(403);
        expect(outcome.message).toMatch(/^[\x20-\x7e]{1,600}$/);
      }),
      { numRuns: 2_000 },
    );
    expect([...types]).toEqual(
      expect.arrayContaining([
        'IncompleteSignatureException',
        'InvalidSignatureException',
        'MissingAuthenticationTokenException',
      ]),
    );
  });
});
