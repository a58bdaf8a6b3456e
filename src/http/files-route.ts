import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SignedUrls } from '../auth/signed-urls.ts';
import { FileRefused } from '../domain/file-refused.ts';
import { type Link, readLink } from '../domain/links.ts';
import { type Logger, logRequest } from '../telemetry/logger.ts';
import { refusalOf, xmlOf } from './s3-errors.ts';

type UploadLink = Extract<Link, { kind: 'upload' | 'file-upload' }>;

export interface Download {
  readonly type: string;
  /** Under which a browser keeps it. */
  readonly fileName: string;
  /** In bytes, where it is known. */
  readonly size?: number;
  stream(): Readable;
}

export interface FilesRouteOptions {
  /** Epoch milliseconds. */
  now(): number;
  readonly signedUrls: SignedUrls;
  /** Takes what is put to an upload address. A FileRefused is shown to the uploader. */
  receive(upload: {
    link: UploadLink;
    body: AsyncIterable<Uint8Array>;
    length: number | undefined;
    md5: string | undefined;
  }): Promise<{ md5: string }>;
  /** What an address leads to; undefined when it is gone. */
  open(link: Link): Promise<Download | undefined>;
  readonly log: Logger;
}

/** How long an upload may be silent, in milliseconds. */
const idleLimit = 60_000;
/** How much of an upload that was refused is read and dropped, so that a client that writes first sees why. */
const droppedLimit = 100 * 1024 * 1024;
/** And for how long, in milliseconds. */
const dropTime = 30_000;

/** Answers the signed addresses of this server, in the way of S3: uploads, logs, artifacts, access logs. */
export function createFilesRoute(options: FilesRouteOptions) {
  const { now, signedUrls, log } = options;

  return (request: IncomingMessage, response: ServerResponse): void => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    response.setHeader('x-amz-request-id', requestId);
    answer(request, response)
      .catch((error: unknown) => refuse(request, response, error, requestId))
      .then((fault) => {
        const durationMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
        const operation = request.method === 'PUT' ? 'upload' : 'download';
        logRequest(log, { requestId, operation, status: response.statusCode, durationMs }, fault);
      })
      .catch(() => response.destroy());
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (method !== 'GET' && method !== 'PUT')
      throw new FileRefused(405, 'MethodNotAllowed', 'Use GET or PUT.');
    const link = checkSignature(method, request.url ?? '');
    if (method === 'PUT') return takeUpload(link, request, response);
    await sendDownload(link, request, response);
  }

  function checkSignature(method: 'GET' | 'PUT', target: string): Link {
    const [path = '', query = ''] = target.split('?', 2);
    const outcome = signedUrls.check(method, path, new URLSearchParams(query), now());
    if (outcome === 'expired') throw new FileRefused(403, 'AccessDenied', 'Request has expired');
    const link = outcome === 'valid' ? readLink(path) : undefined;
    if (link) return link;
    throw new FileRefused(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    );
  }

  async function takeUpload(link: Link, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (link.kind !== 'upload' && link.kind !== 'file-upload')
      throw new Error('Only uploads are signed for PUT.');
    const { 'content-length': length, 'content-md5': md5, 'content-range': range } = request.headers;
    if (range !== undefined) {
      throw new FileRefused(400, 'InvalidRequest', 'An upload cannot be resumed: send the whole content.');
    }
    request.setTimeout(idleLimit, () => request.destroy());
    // What has arrived whole may take its time to get to the disk.
    request.once('end', () => request.setTimeout(0));
    // Left open when the taking ends early, so that the uploader can be told why.
    const body = request.iterator({ destroyOnReturn: false });
    const announced = length === undefined ? undefined : Number(length);
    const taken = await options.receive({
      link,
      body,
      length: announced,
      md5: md5 as string | undefined,
    });
    response.writeHead(200, { etag: `"${taken.md5}"`, 'content-length': 0 }).end();
  }

  async function sendDownload(link: Link, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const download = await options.open(link);
    if (!download) throw new FileRefused(404, 'NoSuchKey', 'The specified key does not exist.');
    const { type, size, fileName } = download;
    response.writeHead(200, {
      'content-type': type,
      'content-disposition': `inline; filename="${fileName}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(size === undefined ? {} : { 'content-length': size }),
    });
    if (request.method === 'HEAD' || size === 0) response.end();
    else await pipeline(download.stream(), response);
  }

  /** @returns the error, where it is a fault of ours */
  async function refuse(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    requestId: string,
  ): Promise<unknown> {
    const refusal = refusalOf(error);
    const hasGone = request.destroyed && !request.complete;
    if (response.headersSent || hasGone) {
      response.destroy();
      return hasGone || response.writableFinished ? undefined : error;
    }
    // A client that writes first reads the answer only when it has written all.
    await dropRest(request);
    const body = xmlOf(refusal, requestId);
    response
      .writeHead(refusal.status, {
        'content-type': 'application/xml',
        'content-length': Buffer.byteLength(body),
        ...(request.complete ? {} : { connection: 'close' }),
      })
      .end(request.method === 'HEAD' ? undefined : body);
    return refusal.status >= 500 ? error : undefined;
  }
}

/** Reads what is left of a body, for a while and up to a limit, and drops it. */
function dropRest(request: IncomingMessage): Promise<void> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (request.complete || announced > droppedLimit) return Promise.resolve();
  return new Promise((resolve) => {
    let dropped = 0;
    const timer = setTimeout(resolve, dropTime);
    request.on('data', (chunk: Buffer) => {
      dropped += chunk.length;
      if (dropped > droppedLimit) resolve();
    });
    request.once('close', resolve);
    request.once('end', resolve);
    request.once('close', () => clearTimeout(timer));
  });
}
