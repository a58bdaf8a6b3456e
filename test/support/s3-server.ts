import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/** As much of S3 as reading takes: GetObject and ListObjectsV2 with buckets in paths. Nothing is authenticated. */
export interface S3Server {
  readonly endpoint: string;
  /** The objects by bucket and key; a test puts in what it needs. */
  readonly buckets: Map<string, Map<string, S3Object>>;
  /** Errors by `bucket` or `bucket/key`: code and status. */
  readonly errors: Map<string, readonly [code: string, status: number]>;
  /** Method, path and query of each request. */
  readonly requests: string[];
  /** How many objects were on their way at the same time, at most. */
  mostAtOnce: number;
  /** Keys in one page of a list. */
  pageSize: number;
  /** How many connections are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

export interface S3Object {
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it does with the object beside sending it. */
  readonly mood?: 'cut short' | 'silent';
  /** Sends nothing before this has come true. */
  readonly gate?: Promise<unknown>;
}

export async function startS3Server(): Promise<S3Server> {
  const listener = createServer((request, response) => {
    answer(server, request, response).catch((error) => response.destroy(error as Error));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const server: S3Server = {
    endpoint: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    buckets: new Map(),
    errors: new Map(),
    requests: [],
    mostAtOnce: 0,
    pageSize: 1000,
    connections: promisify(listener.getConnections.bind(listener)),
    close: async () => {
      listener.close();
      listener.closeAllConnections();
      await once(listener, 'close');
    },
  };
  return server;
}

/** Objects by their keys, each with its text. */
export function objects(texts: Readonly<Record<string, string>>): Map<string, S3Object> {
  return new Map(Object.entries(texts).map(([key, text]) => [key, { body: Buffer.from(text) }]));
}

const underWay = new WeakMap<S3Server, number>();

async function answer(server: S3Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
  server.requests.push(`${request.method} ${request.url}`);
  const url = new URL(request.url ?? '/', 'http://s3');
  const [, bucket = '', ...segments] = url.pathname.split('/').map(decodeURIComponent);
  const key = segments.join('/');
  const refuse = (code: string, status: number) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>secret detail</Message></Error>`);
  };
  const error = server.errors.get(`${bucket}/${key}`) ?? server.errors.get(bucket);
  if (error) return refuse(...error);
  const objects = server.buckets.get(bucket);
  if (!objects) return refuse('NoSuchBucket', 404);
  if (url.searchParams.get('list-type') === '2') {
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(listPage(objects, url.searchParams, server.pageSize));
    return;
  }
  const object = objects.get(key);
  if (!object) return refuse('NoSuchKey', 404);
  const now = (underWay.get(server) ?? 0) + 1;
  underWay.set(server, now);
  server.mostAtOnce = Math.max(server.mostAtOnce, now);
  response.on('close', () => underWay.set(server, (underWay.get(server) ?? 0) - 1));
  await object.gate;
  send(object, response);
}

function send({ body, headers, mood }: S3Object, response: ServerResponse): void {
  if (mood === 'silent') return;
  response.writeHead(200, {
    'content-length': body.length,
    etag: `"${createHash('md5').update(body).digest('hex')}"`,
    ...headers,
  });
  if (mood === 'cut short') response.write(body.subarray(0, 1), () => response.destroy());
  else response.end(body);
}

function listPage(objects: ReadonlyMap<string, S3Object>, query: URLSearchParams, size: number): string {
  const prefix = query.get('prefix') ?? '';
  const after = Buffer.from(query.get('continuation-token') ?? '', 'base64url').toString();
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, size);
  const contents = page.map(
    (key) =>
      `<Contents><Key>${escapeXml(key)}</Key><Size>${objects.get(key)?.body.length ?? 0}</Size></Contents>`,
  );
  const next =
    keys.length > page.length
      ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${Buffer.from(page.at(-1) ?? '').toString('base64url')}</NextContinuationToken>`
      : '<IsTruncated>false</IsTruncated>';
  return `<?xml version="1.0"?><ListBucketResult>${next}${contents.join('')}</ListBucketResult>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
