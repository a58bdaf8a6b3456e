import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AmplifyClient,
  CreateBranchCommand,
  DeleteBranchCommand,
  ListBranchesCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-amplify';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClaim, type SignedRequest } from '../../src/auth/authorization.ts';
import { createVerifier } from '../../src/auth/sigv4.ts';
import { GatewayError } from '../../src/protocol/gateway-error.ts';

const NOW = Date.UTC(2026, 2, 31, 9, 38, 48);
const KEY_ID = 'AKBLABCDEFGHIJKLMNOP';
const OTHER_KEY_ID = 'AKBLQRSTUVWXYZ234567';
const SECRETS = new Map([
  [KEY_ID, 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'],
  [OTHER_KEY_ID, 'another+secret+of+forty+characters/12345'],
]);

function verifierAt(now: () => number) {
  return createVerifier({
    findKey: async (accessKeyId) =>
      SECRETS.has(accessKeyId)
        ? { accessKeyId, account: '111122223333', sealedSecret: accessKeyId }
        : undefined,
    unseal: (key) => SECRETS.get(key.accessKeyId) ?? '',
    now,
  });
}
const verify = verifierAt(() => NOW);

class Sha256 {
  #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toKey(secret));
  }
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('The signer does not reset.');
  }
}

function toKey(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret;
  if (secret instanceof ArrayBuffer) return new Uint8Array(secret);
  return new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength);
}

/** What a client wants to send: labels and query decoded, as they stand in the input of an operation. */
interface Plan {
  method: string;
  labels: string[];
  query: [string, string | string[]][];
  headers: [string, string][];
  body: Uint8Array;
  region: string;
  presigned: boolean;
  /** Whether the signer adds x-amz-content-sha256, as the JavaScript SDK does and botocore does not. */
  checksum: boolean;
}

function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Signs as the SDK does: the path goes to the signer with its labels escaped once, the query decoded. */
async function sign(plan: Plan, time = NOW): Promise<SignedRequest> {
  const signer = new SignatureV4({
    service: 'amplify',
    region: plan.region,
    credentials: { accessKeyId: KEY_ID, secretAccessKey: SECRETS.get(KEY_ID) ?? '' },
    sha256: Sha256,
    applyChecksum: plan.checksum,
  });
  const path = `/${plan.labels.map(escapeUri).join('/')}`;
  const request = {
    method: plan.method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    query: Object.fromEntries(plan.query),
    headers: { host: '127.0.0.1:4100', ...Object.fromEntries(plan.headers) },
    body: plan.body,
  };
  const signingDate = new Date(time);
  const signed = plan.presigned
    ? await signer.presign(request, { signingDate, expiresIn: 600 })
    : await signer.sign(request, { signingDate });
  const pairs = Object.entries(signed.query ?? {}).flatMap(([name, value]) =>
    [value ?? []].flat().map((each) => `${escapeUri(name)}=${escapeUri(each)}`),
  );
  return {
    method: plan.method,
    target: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
    rawHeaders: [...Object.entries(signed.headers).flat(), 'User-Agent', 'test', 'Connection', 'keep-alive'],
    body: plan.body,
  };
}

const anyText = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    'a/b',
    'a b',
    'a+b',
    '~',
    '100%',
    '%2F',
    '%252F',
    'ä/ö',
    '\u{1f511}',
    "!'()*",
    'x=y&z',
    '?',
    '#',
  ),
);
// The signer takes these path segments out; that such requests are refused is tested beside the verifier.
const label = anyText.filter((text) => text !== '' && text !== '.' && text !== '..');
const queryName = anyText.filter((name) => name !== '__proto__' && !name.toLowerCase().startsWith('x-amz-'));
const headerName = fc
  .string({ unit: fc.constantFrom(...'abcxyz019-_.'), minLength: 1, maxLength: 10 })
  .chain((name) => fc.constantFrom(`my-${name}`, `x-amz-meta-${name}`, `amz-sdk-${name}`));
const headerValue = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });

const plan = fc.record<Plan>({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'),
  labels: fc.array(label, { maxLength: 4 }),
  query: fc.uniqueArray(
    fc.tuple(queryName, fc.oneof(anyText, fc.array(anyText, { minLength: 1, maxLength: 3 }))),
    { maxLength: 4, selector: ([name]) => name },
  ),
  headers: fc
    .uniqueArray(fc.tuple(headerName, headerValue), { maxLength: 4, selector: ([name]) => name })
    .map((headers) => [['content-type', 'application/json'], ...headers]),
  body: fc.uint8Array({ maxLength: 64 }),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'local'),
  presigned: fc.boolean(),
  checksum: fc.boolean(),
});

describe('a request signed by the signer of the AWS SDK', () => {
  it('is accepted', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (planned) => {
        const { claim } = await verify(await sign(planned));
        expect(claim.region).toBe(planned.region);
        expect(claim.placement).toBe(planned.presigned ? 'query' : 'header');
      }),
      { numRuns: 500 },
    );
  });

  it('is accepted on another day by the same verifier', async () => {
    let now = NOW;
    const verifyNow = verifierAt(() => now);
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(3), async (planned, days) => {
        now = NOW + days * 86_400_000;
        await verifyNow(await sign(planned, now));
      }),
      { numRuns: 50 },
    );
  });

  it('is accepted in any order of its headers and query, and with names in another case', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(), async (planned, turn) => {
        const sent = await sign(planned);
        const [path = '', query] = sent.target.split('?');
        const target = query === undefined ? path : `${path}?${rotate(query.split('&'), turn).join('&')}`;
        const headers = rotate(pairsOf(sent.rawHeaders), turn).map(([name, value]) => [
          name.toUpperCase(),
          value,
        ]);
        await verify({ ...sent, target, rawHeaders: headers.flat() });
      }),
      { numRuns: 100 },
    );
  });

  it('is accepted when a header that was signed as a list comes in several lines', async () => {
    const headers: [string, string][] = [['x-amz-meta-list', 'a,b,c']];
    await fc.assert(
      fc.asyncProperty(plan, async (planned) => {
        const sent = await sign({ ...planned, headers, presigned: false });
        const lines = pairsOf(sent.rawHeaders).flatMap(([name, value]) =>
          name === 'x-amz-meta-list' ? value.split(',').map((each) => [name, ` ${each} `]) : [[name, value]],
        );
        await verify({ ...sent, rawHeaders: lines.flat() });
      }),
      { numRuns: 20 },
    );
  });
});

function rotate<T>(items: T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < rawHeaders.length; at += 2)
    pairs.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  return pairs;
}

/** Alters one header by its lower-case name. */
function withHeader(sent: SignedRequest, name: string, alter: (value: string) => string): SignedRequest {
  const headers = pairsOf(sent.rawHeaders).map(([each, value]) => [
    each,
    each.toLowerCase() === name ? alter(value) : value,
  ]);
  return { ...sent, rawHeaders: headers.flat() };
}

function without(sent: SignedRequest, name: string): SignedRequest {
  const headers = pairsOf(sent.rawHeaders).filter(([each]) => each.toLowerCase() !== name);
  return { ...sent, rawHeaders: headers.flat() };
}

function otherCharacter(text: string, at: number, choices: string): string {
  const next = [...choices].find((char) => char !== text[at]) ?? '';
  return text.slice(0, at) + next + text.slice(at + 1);
}

/** Alters what stands in the Authorization header or, escaped, in the presigned query. */
function withClaim(sent: SignedRequest, alter: (text: string) => string): SignedRequest {
  if (!sent.target.includes('X-Amz-Signature=')) return withHeader(sent, 'authorization', alter);
  const [path, query = ''] = sent.target.split('?');
  const altered = alter(query.replaceAll('%2F', '/').replaceAll('X-Amz-', '')).replaceAll('/', '%2F');
  const names = /(^|&)(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token)=/g;
  return { ...sent, target: `${path}?${altered.replaceAll(names, '$1X-Amz-$2=')}` };
}

type Tamper = (sent: SignedRequest, at: number) => SignedRequest;

const everywhere: Record<string, Tamper> = {
  'another method': (sent) => ({ ...sent, method: sent.method === 'GET' ? 'POST' : 'GET' }),
  'a method in lower case': (sent) => ({ ...sent, method: sent.method.toLowerCase() }),
  'another byte of the path': (sent, at) => {
    const length = sent.target.split('?')[0]?.length ?? 1;
    return { ...sent, target: otherCharacter(sent.target, at % length, 'Zz') };
  },
  'a byte more in the path': (sent, at) => {
    const place = at % ((sent.target.split('?')[0]?.length ?? 0) + 1);
    return { ...sent, target: `${sent.target.slice(0, place)}Z${sent.target.slice(place)}` };
  },
  'dots in the path': (sent) => ({ ...sent, target: `/x/..${sent.target}` }),
  'a query parameter more': (sent, at) => ({
    ...sent,
    target: `${sent.target}${sent.target.includes('?') ? '&' : '?'}${at % 2 === 0 ? 'maxResults=1' : ''}&`,
  }),
  'another body': (sent, at) => {
    const body = Buffer.from(sent.body);
    const place = at % Math.max(body.length, 1);
    if (body.length > 0) body[place] = (body[place] ?? 0) ^ (1 << (at % 8));
    return { ...sent, body: body.length > 0 ? body : Buffer.from('x') };
  },
  'a body that is longer': (sent) => ({ ...sent, body: Buffer.concat([sent.body, Buffer.alloc(1)]) }),
  'another host': (sent) => withHeader(sent, 'host', () => '127.0.0.1:4101'),
  'a second host': (sent) => ({ ...sent, rawHeaders: [...sent.rawHeaders, 'Host', '127.0.0.1:4100'] }),
  'no host': (sent) => without(sent, 'host'),
  'an x-amz header more': (sent) => ({ ...sent, rawHeaders: [...sent.rawHeaders, 'X-Amz-More', '1'] }),
  'a security token': (sent) => ({ ...sent, rawHeaders: [...sent.rawHeaders, 'X-Amz-Security-Token', 't'] }),
  'a signed header less in the list': (sent) =>
    withClaim(sent, (text) => text.replace(/content-type(;|%3B)/, '')),
  'another nibble of the signature': (sent, at) =>
    withClaim(sent, (text) => {
      const start = text.indexOf('Signature=') + 'Signature='.length;
      return otherCharacter(text, start + (at % 64), '0f');
    }),
  'a shorter signature': (sent) => withClaim(sent, (text) => text.replace(/(Signature=[0-9a-f]{63})./, '$1')),
  'another region': (sent) =>
    withClaim(sent, (text) => text.replace(/\/[a-z0-9-]+\/amplify/, '/us-west-2/amplify')),
  'another service': (sent) => withClaim(sent, (text) => text.replace('/amplify/', '/s3/')),
  'another date of the scope': (sent) => withClaim(sent, (text) => text.replace('/20260331/', '/20260330/')),
  'another key': (sent) => withClaim(sent, (text) => text.replace(KEY_ID, OTHER_KEY_ID)),
  'an unknown key': (sent) => withClaim(sent, (text) => text.replace(KEY_ID, 'AKBLUNKNOWN')),
};

const inHeader: Record<string, Tamper> = {
  'another time': (sent) => withHeader(sent, 'x-amz-date', () => '20260331T093849Z'),
  'another day, in the scope too': (sent) =>
    withHeader(
      withClaim(sent, (text) => text.replace('/20260331/', '/20260401/')),
      'x-amz-date',
      () => '20260401T000000Z',
    ),
  'another payload hash': (sent) =>
    sent.rawHeaders.includes('x-amz-content-sha256')
      ? withHeader(sent, 'x-amz-content-sha256', () => 'UNSIGNED-PAYLOAD')
      : { ...sent, rawHeaders: [...sent.rawHeaders, 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD'] },
};

const inQuery: Record<string, Tamper> = {
  'another time': (sent) => ({ ...sent, target: sent.target.replace('093848Z', '093849Z') }),
  'a longer life': (sent) => ({ ...sent, target: sent.target.replace('Expires=600', 'Expires=601') }),
  'a second signature': (sent) => ({ ...sent, target: `${sent.target}&X-Amz-Signature=${'0'.repeat(64)}` }),
  'a header claim beside it': (sent) => ({ ...sent, rawHeaders: [...sent.rawHeaders, 'Authorization', 'x'] }),
};

async function expectRefused(sent: SignedRequest, original: SignedRequest): Promise<void> {
  expect(sent).not.toEqual(original);
  const outcome = await verify(sent).then(
    () => 'accepted',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(GatewayError);
  expect(outcome).toMatchObject({ status: 403 });
}

function refusesEach(tampers: Record<string, Tamper>, presigned?: boolean): void {
  it.each(Object.entries(tampers))('%s', async (_what, tamper) => {
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(10_000), async (planned, at) => {
        const sent = await sign({ ...planned, presigned: presigned ?? planned.presigned });
        await verify(sent);
        await expectRefused(tamper(sent, at), sent);
      }),
      { numRuns: 40 },
    );
  });
}

describe('a signed request is refused after it was given', () => refusesEach(everywhere));
describe('a request signed in its header is refused after it was given', () => refusesEach(inHeader, false));
describe('a presigned request is refused after it was given', () => refusesEach(inQuery, true));

describe('a signed request is refused', () => {
  it('after the name or value of any query parameter was altered, or one was taken out', async () => {
    const withQuery = plan.filter(({ query, presigned }) => presigned || query.length > 0);
    await fc.assert(
      fc.asyncProperty(withQuery, async (planned) => {
        const sent = await sign(planned);
        const [path, query = ''] = sent.target.split('?');
        const pairs = query.split('&');
        for (const [at, pair] of pairs.entries()) {
          for (const altered of [`Z${pair}`, `${pair}Z`, `${pair}%00`, pair.replace('=', 'Z='), `${pair}+`]) {
            const target = `${path}?${pairs.with(at, altered).join('&')}`;
            await expectRefused({ ...sent, target }, sent);
          }
          await expectRefused({ ...sent, target: `${path}?${pairs.toSpliced(at, 1).join('&')}` }, sent);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('after any byte of the query was altered', async () => {
    const withQuery = plan.filter(({ query, presigned }) => presigned || query.length > 0);
    await fc.assert(
      fc.asyncProperty(withQuery, fc.nat(), async (planned, place) => {
        const sent = await sign(planned);
        const start = sent.target.indexOf('?') + 1;
        const at = start + (place % (sent.target.length - start));
        await expectRefused({ ...sent, target: otherCharacter(sent.target, at, 'Zz') }, sent);
      }),
      { numRuns: 200 },
    );
  });

  it('after any signed header was altered, repeated or taken out', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (planned) => {
        const sent = await sign(planned);
        for (const name of readClaim(sent).signedHeaders) {
          await expectRefused(
            withHeader(sent, name, (value) => `${value}x`),
            sent,
          );
          await expectRefused(
            withHeader(sent, name, (value) => `x${value}`),
            sent,
          );
          await expectRefused(
            withHeader(sent, name, () => 'x'.repeat(21)),
            sent,
          );
          await expectRefused({ ...sent, rawHeaders: [...sent.rawHeaders, name, 'x'] }, sent);
          await expectRefused(without(sent, name), sent);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a client of the AWS SDK', () => {
  it('is understood over HTTP', async () => {
    const verifyNow = verifierAt(Date.now);
    const targets: string[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method = '', url = '', rawHeaders } = request;
      targets.push(url);
      const outcome = await verifyNow({ method, target: url, rawHeaders, body: Buffer.concat(chunks) }).catch(
        (error: unknown) => error,
      );
      const refused = outcome instanceof Error ? outcome : undefined;
      response.writeHead(refused ? 403 : 200, { 'x-amzn-ErrorType': refused?.name ?? '' });
      response.end(JSON.stringify(refused ? { message: refused.message } : {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const options = { region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, maxAttempts: 1 };
    const secretAccessKey = SECRETS.get(KEY_ID) ?? '';
    const client = new AmplifyClient({ ...options, credentials: { accessKeyId: KEY_ID, secretAccessKey } });
    const stranger = new AmplifyClient({
      ...options,
      credentials: { accessKeyId: OTHER_KEY_ID, secretAccessKey },
    });
    try {
      await client.send(new CreateBranchCommand({ appId: 'd1', branchName: 'ä/b c', description: 'é' }));
      await client.send(new DeleteBranchCommand({ appId: 'd1', branchName: "feat/100%+~!'()*" }));
      await client.send(new ListBranchesCommand({ appId: 'd1', maxResults: 5, nextToken: 'a+b/c==' }));
      const resourceArn = 'arn:aws:amplify:us-east-1:111122223333:apps/d1';
      await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['b', 'a', 'ä b', ''] }));
      expect(targets).toHaveLength(4);
      await expect(stranger.send(new ListBranchesCommand({ appId: 'd1' }))).rejects.toMatchObject({
        name: 'InvalidSignatureException',
      });
    } finally {
      client.destroy();
      stranger.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
