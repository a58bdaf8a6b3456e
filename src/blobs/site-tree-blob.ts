import type { SiteFile, SiteTree } from '../domain/site-tree.ts';
import type { BlobInfo, Blobs } from './blobs.ts';

/** The first line, which tells a tree from any other blob. */
const title = '{"siteTree":1}';
/** How many characters of text are gathered before they are written. */
const batch = 65_536;

/**
 * Keeps a tree as a blob: after a title one line of JSON a file, `[path, file]`, in the order of the paths' UTF-16
 * code units, so that trees that are the same have the same hash.
 */
export function writeTree(blobs: Blobs, tree: SiteTree): Promise<BlobInfo> {
  return blobs.put(textOf(tree));
}

/** Throws BlobMissing, or an Error if the blob is no tree. */
export async function readTree(blobs: Pick<Blobs, 'stream'>, hash: string): Promise<SiteTree> {
  const tree = new Map<string, SiteFile>();
  let isTitle = true;
  for await (const line of linesOf(blobs.stream(hash))) {
    if (isTitle && line !== title) throw new Error(`The blob ${hash} is no site tree`);
    if (!isTitle) tree.set(...(JSON.parse(line) as [string, SiteFile]));
    isTitle = false;
  }
  if (isTitle) throw new Error(`The blob ${hash} is no site tree`);
  return tree;
}

/** The hash of every blob that the tree needs; some come more than once. */
export function* blobsOfTree(tree: SiteTree): Generator<string> {
  for (const { hash, gzip, brotli } of tree.values()) {
    yield hash;
    if (gzip) yield gzip.hash;
    if (brotli) yield brotli.hash;
  }
}

async function* textOf(tree: SiteTree): AsyncGenerator<Buffer> {
  let text = `${title}\n`;
  for (const name of [...tree.keys()].sort()) {
    const file = tree.get(name);
    if (file) text += `${JSON.stringify([name, inOrder(file)])}\n`;
    if (text.length < batch) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

function inOrder({ hash, size, type, md5, gzip, brotli }: SiteFile): SiteFile {
  return {
    ...{ hash, size, type, md5 },
    ...(gzip && { gzip: { hash: gzip.hash, size: gzip.size } }),
    ...(brotli && { brotli: { hash: brotli.hash, size: brotli.size } }),
  };
}

async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
