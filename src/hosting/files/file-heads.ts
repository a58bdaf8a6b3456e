import type { SiteFile } from '../../domain/site-tree.ts';
import { composeHead, findHeader, type HeaderList } from '../header-list.ts';
import { bodyOf, type Encoding } from './accept-encoding.ts';
import type { ByteRange } from './byte-range.ts';

/** A file as the answer to a request: the same for all who ask for the same. */
export interface FileAnswer {
  readonly file: SiteFile;
  /** 200, or that of an error whose page the file is. */
  readonly status: number;
  /** The headers that the site sets. */
  readonly site: HeaderList;
  /** The heads of the whole file, made when they are first needed. */
  readonly heads: Partial<Record<Encoding, readonly string[]>>;
}

/** What every file comes with unless its site says otherwise. Seen on AWS since August 2024. */
const defaultCaching: HeaderList = [['cache-control', 'public, max-age=0, s-maxage=31536000']];

/** The head of a whole file in one of its forms. */
export function wholeHead(answer: FileAnswer, encoding: Encoding): string[] {
  const { file, status } = answer;
  return head(answer, status, [
    ['content-type', file.type],
    ['content-length', String(bodyOf(file, encoding).size)],
    ...(encoding === 'identity' ? [] : ([['content-encoding', encoding]] as const)),
    ...(status === 200 ? validators(answer, encoding) : []),
  ]);
}

/** The head of a 206. Ranges are always those of the plain file. */
export function partialHead(answer: FileAnswer, { start, end }: ByteRange): string[] {
  const { file } = answer;
  return head(answer, 206, [
    ['content-type', file.type],
    ['content-length', String(end - start + 1)],
    ['content-range', `bytes ${start}-${end}/${file.size}`],
    ...validators(answer, 'identity'),
  ]);
}

/** The head of a 304: what the 200 would say of the file, not of a body. */
export function unchangedHead(answer: FileAnswer, encoding: Encoding): string[] {
  return head(answer, 304, validators(answer, encoding));
}

export function unsatisfiableHead(answer: FileAnswer): string[] {
  return head(answer, 416, [
    ['content-range', `bytes */${answer.file.size}`],
    ['content-length', '0'],
  ]);
}

/**
 * A compressed form has the weak tag of its file, as CloudFront gives it (CloudFront documentation: serving
 * compressed files), so that its bytes are never taken for those of the plain one.
 */
function validators({ file }: FileAnswer, encoding: Encoding): HeaderList {
  return [
    ['etag', encoding === 'identity' ? `"${file.md5}"` : `W/"${file.md5}"`],
    ['accept-ranges', 'bytes'],
    ...defaultCaching,
  ];
}

function head({ file, site }: FileAnswer, status: number, own: HeaderList): string[] {
  const isCompressible = file.brotli !== undefined || file.gzip !== undefined;
  const vary = findHeader(site, 'vary');
  if (!isCompressible || vary === undefined) {
    return composeHead(status, isCompressible ? [...own, ['vary', 'Accept-Encoding']] : own, site);
  }
  const covered = /(?:^|[\s,])(?:\*|accept-encoding)(?:$|[\s,])/i.test(vary);
  const merged: HeaderList = [['vary', covered ? vary : `${vary}, Accept-Encoding`]];
  return composeHead(status, [...own, ...merged], site, varyName);
}

const varyName = new Set(['vary']);
