import type { Blobs } from '../../blobs/blobs.ts';
import { composeHead, findHeader, type HeaderList } from '../header-list.ts';
import { send, type Visit } from '../visit.ts';
import { bodyOf, chooseEncoding, type Encoding } from './accept-encoding.ts';
import type { Bodies } from './bodies.ts';
import { type ByteRange, readRange } from './byte-range.ts';
import { checkConditions, rangeApplies } from './conditions.ts';
import { type FileAnswer, partialHead, unchangedHead, unsatisfiableHead, wholeHead } from './file-heads.ts';
import { streamBlob } from './stream-blob.ts';

export interface FileSource {
  readonly bodies: Bodies;
  readonly blobs: Pick<Blobs, 'open'>;
}

/** The methods of a file. That others are a 405 is Backline's choice. */
const allow: HeaderList = [['allow', 'GET, HEAD, OPTIONS']];
const allowNames = new Set(['allow']);

/**
 * Gives a file to the visitor: conditions, one range, the compressed form that the visitor likes best. The
 * answer is complete at once where the contents are in memory.
 */
export function serveFile(visit: Visit, answer: FileAnswer, source: FileSource): Promise<void> | undefined {
  const { method } = visit.request;
  if (method !== 'GET' && method !== 'HEAD') {
    const status = method === 'OPTIONS' ? 204 : 405;
    const own: HeaderList = status === 204 ? allow : [...allow, ['content-length', '0']];
    send(visit, status, composeHead(status, own, answer.site, allowNames));
    return undefined;
  }
  if (answer.status === 200) {
    const { headers } = visit;
    const { file, site } = answer;
    if (headers['if-none-match'] !== undefined || headers['if-match'] !== undefined) {
      const outcome = checkConditions(headers, file.md5);
      if (outcome === 'failed') {
        send(visit, 412, composeHead(412, [['content-length', '0']], site));
        return undefined;
      }
      if (outcome === 'not modified') {
        send(visit, 304, unchangedHead(answer, encodingFor(visit, answer)));
        return undefined;
      }
    }
    if (method === 'GET' && headers.range !== undefined && rangeApplies(headers, file.md5)) {
      const range = readRange(headers.range, file.size);
      if (range === 'unsatisfiable') {
        send(visit, 416, unsatisfiableHead(answer));
        return undefined;
      }
      if (range !== undefined) {
        return sendBody(visit, source, file, range, 206, partialHead(answer, range));
      }
    }
  }
  return serveWhole(visit, answer, source);
}

function serveWhole(visit: Visit, answer: FileAnswer, source: FileSource): Promise<void> | undefined {
  const { file, status, heads } = answer;
  const encoding = encodingFor(visit, answer);
  heads[encoding] ??= wholeHead(answer, encoding);
  const head = heads[encoding];
  const body = bodyOf(file, encoding);
  if (visit.request.method === 'HEAD' || body.size === 0) {
    send(visit, status, head);
    return undefined;
  }
  return sendBody(visit, source, body, { start: 0, end: body.size - 1 }, status, head);
}

/** A file that the site declares to be encoded already goes out as it is. */
function encodingFor(visit: Visit, { file, site }: FileAnswer): Encoding {
  const encoding = chooseEncoding(file, visit.headers['accept-encoding'] as string | undefined);
  if (encoding === 'identity' || site.length === 0) return encoding;
  return findHeader(site, 'content-encoding') === undefined ? encoding : 'identity';
}

function sendBody(
  visit: Visit,
  { bodies, blobs }: FileSource,
  body: { readonly hash: string; readonly size: number },
  range: ByteRange,
  status: number,
  head: readonly string[],
): Promise<void> | undefined {
  if (!bodies.isSmall(body.size)) return streamBlob(visit, blobs, body.hash, range, status, head);
  const cached = bodies.get(body.hash);
  if (cached === undefined) {
    return bodies.read(body.hash).then((read) => sendPart(visit, read, range, status, head));
  }
  sendPart(visit, cached, range, status, head);
  return undefined;
}

function sendPart(
  visit: Visit,
  body: Buffer,
  { start, end }: ByteRange,
  status: number,
  head: readonly string[],
): void {
  const isWhole = start === 0 && end === body.length - 1;
  send(visit, status, head, isWhole ? shortText(body) : body.subarray(start, end + 1));
}

const texts = new WeakMap<Buffer, string>();
const longestText = 8192;

/**
 * The same bytes as text, where that is short: Node writes a head and a text with one plain call, which costs
 * less than a head and a buffer.
 */
function shortText(body: Buffer): Buffer | string {
  if (body.length > longestText) return body;
  const known = texts.get(body);
  if (known !== undefined) return known;
  const text = body.toString('latin1');
  texts.set(body, text);
  return text;
}
