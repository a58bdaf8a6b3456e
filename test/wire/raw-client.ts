import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

/** A request as a test spells it; nothing of it is checked, encoded or completed but the Authorization header. */
export interface RawRequest {
  readonly method?: string;
  /** The request target as it goes over the wire: path and query, already encoded (or wrongly so). */
  readonly target: string;
  /** Beside Host and the two headers of a signature; `undefined` takes one of these away. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: string | Uint8Array;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Node's `rawHeaders`: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  readonly text: string;
}

/** A well-formed Authorization header with a signature of zeros, and its date: enough where nothing is verified. */
export function signature({ accessKeyId = 'test', region = 'us-east-1' } = {}) {
  const scope = `20260102/${region}/amplify/aws4_request`;
  return {
    authorization:
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, ` +
      `SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
    'x-amz-date': '20260102T030405Z',
  };
}

/** Sends one request over a connection of its own. */
export function send(endpoint: string, { method = 'GET', target, headers, body }: RawRequest) {
  const { hostname, port } = new URL(endpoint);
  const isFramed = headers?.['transfer-encoding'] !== undefined || headers?.['content-length'] !== undefined;
  const framing = body === undefined || isFramed ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const wanted = Object.entries({ ...signature(), ...framing, ...headers });
  const given = wanted.filter(([, value]) => value !== undefined);
  return new Promise<RawAnswer>((resolve, reject) => {
    const outgoing = request({
      host: hostname,
      port,
      method,
      path: target,
      headers: Object.fromEntries(given) as OutgoingHttpHeaders,
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', async (response) => {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const { statusCode = 0, headers, rawHeaders } = response;
        resolve({ status: statusCode, headers, rawHeaders, text: Buffer.concat(chunks).toString('utf8') });
      } catch (error) {
        reject(error);
      }
    });
    outgoing.end(body);
  });
}

/** Writes bytes to a connection of their own and collects what comes back until the server closes it. */
export function sendBytes(endpoint: string, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      for (const part of parts) socket.write(part);
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

/** The head of a request as text, with what a signed request needs; `extra` are whole header lines. */
export function head(requestLine: string, ...extra: readonly string[]): string {
  const signed = Object.entries(signature()).map(([name, value]) => `${name}: ${value}`);
  return [requestLine, 'host: localhost', ...signed, ...extra, '', ''].join('\r\n');
}
