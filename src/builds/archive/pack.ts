import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Blobs } from '../../blobs/blobs.ts';
import type { SiteTree } from '../../domain/site-tree.ts';
import { isCompressible } from '../files/content-type.ts';

/** The earliest time that a ZIP archive can give, in local time as the format wants it. */
const noTime = new Date(1980, 0, 1);

/**
 * The tree as a ZIP archive, made as it is read: the same tree gives the same bytes. If a blob is missing, the
 * stream fails; if the stream is destroyed, nothing more is read.
 */
export function packZip(blobs: Blobs, tree: SiteTree): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | undefined;
  output.once('close', () => current?.destroy());
  zip.on('error', (error) => output.destroy(error));
  for (const name of [...tree.keys()].sort()) {
    const file = tree.get(name);
    if (!file) continue;
    const compress = isCompressible(file.type, file.size);
    const fixed = { mtime: noTime, forceDosTimestamp: true, mode: 0o100644 };
    zip.addReadStreamLazy(name, { ...fixed, compress, size: file.size }, (pass) => {
      current = blobs.stream(file.hash);
      current.on('error', (error) => output.destroy(error));
      pass(null, current);
    });
  }
  zip.end();
  return output;
}
