import { createHash } from 'node:crypto';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface FileAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface FileRequest {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** Leaves in the middle of the body. */
  readonly breaksOff?: boolean;
  /** Sends no body, though one was announced. */
  readonly staysOpen?: boolean;
}

/** A request for a signed address just as it is given: fetch has its own mind about types and lengths. */
export function ask(url: string, asked: FileRequest = {}): Promise<FileAnswer> {
  const { method = 'GET', headers = {}, body, breaksOff, staysOpen } = asked;
  const { promise, resolve, reject } = Promise.withResolvers<FileAnswer>();
  const sent = request(url, { method, headers, agent: false }, (response) => {
    const { statusCode: status, headers } = response;
    text(response)
      .then((body) => resolve({ status, headers, body }), reject)
      .finally(() => sent.destroy());
  });
  sent.on('error', reject);
  if (staysOpen) sent.flushHeaders();
  else if (breaksOff) sent.write(body, () => sent.destroy());
  else sent.end(body);
  return promise;
}

/** Puts a body to an address. */
export function put(
  url: string,
  body: string | Buffer,
  headers: OutgoingHttpHeaders = {},
): Promise<FileAnswer> {
  return ask(url, { method: 'PUT', body, headers });
}

/** The error of an answer in the form of S3, as code and message. */
export function errorOf({ status, body, headers }: FileAnswer) {
  const shape =
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error><Code>(\w+)<\/Code><Message>([^<]*)<\/Message><RequestId>([0-9a-f-]{36})<\/RequestId><\/Error>$/;
  const [, code, message, requestId] = shape.exec(body) ?? [];
  if (headers['content-type'] !== 'application/xml' || headers['x-amz-request-id'] !== requestId) {
    throw new Error(`The answer is no error of S3: ${body}`);
  }
  return { status, code, message };
}

/** In hexadecimal. */
export function md5Of(content: string | Buffer): string {
  return createHash('md5').update(content).digest('hex');
}
