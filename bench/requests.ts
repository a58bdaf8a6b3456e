import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { runLoad } from './load.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const anyCredentials: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** The hash that the vendor's signer asks for, on node:crypto. */
class Sha256 {
  readonly #hash;

  constructor(secret?: Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

export interface Target {
  readonly endpoint: string;
  readonly credentials: Credentials;
  /** The service in the signature; amplify when left out. */
  readonly service?: string;
}

/** The raw bytes of a signed request with the headers of an SDK; good for five minutes. */
export async function signedRequest(
  target: Target,
  method: string,
  path: string,
  body = '',
): Promise<Buffer> {
  const { hostname, port, host } = new URL(target.endpoint);
  const signer = new SignatureV4({
    credentials: target.credentials,
    region: 'us-east-1',
    service: target.service ?? 'amplify',
    sha256: Sha256 as never,
  });
  const length = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  const [pathname = '', search = ''] = path.split('?');
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: pathname,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: {
      host,
      ...(body === '' ? {} : length),
      'user-agent': 'aws-sdk-js/3.1169.0 ua/2.1 os/linux lang/js md/nodejs#24',
      'amz-sdk-invocation-id': '00000000-0000-4000-8000-000000000000',
      'amz-sdk-request': 'attempt=1; max=3',
    },
    ...(body === '' ? {} : { body }),
  } as never);
  const lines = Object.entries((signed as unknown as { headers: Record<string, string> }).headers).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

/** Sends one signed request and returns the answer's text; throws unless it is 200 or 201. */
export async function call(target: Target, method: string, path: string, body?: object): Promise<string> {
  const request = await signedRequest(target, method, path, body === undefined ? '' : JSON.stringify(body));
  let answer = '';
  await runLoad({
    endpoint: target.endpoint,
    clients: 1,
    requests: 1,
    request: () => request,
    onBody: (text) => {
      answer = text;
    },
  });
  return answer;
}

/** Creates an app and returns its id. */
export async function createApp(target: Target, name: string): Promise<string> {
  return JSON.parse(await call(target, 'POST', '/apps', { name })).app.appId;
}

/**
 * Makes requests that create environments of ever new names. The signature is that of another body: for
 * servers that do not verify it.
 */
export async function environmentCreations(target: Target, appId: string, prefix: string) {
  const path = `/apps/${appId}/backendenvironments`;
  const signed = (await signedRequest(target, 'POST', path, '{}')).toString();
  const head = signed.slice(0, signed.indexOf('\r\n\r\n') + 4);
  let number = 0;
  return (): Buffer => {
    const body = JSON.stringify({ environmentName: `${prefix}-${number++}` });
    return Buffer.from(head.replace('content-length: 2', `content-length: ${body.length}`) + body);
  };
}
