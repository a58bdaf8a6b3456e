import { finished, pipeline } from 'node:stream';
import type { Blobs } from '../../blobs/blobs.ts';
import { sendHead, type Visit } from '../visit.ts';
import type { ByteRange } from './byte-range.ts';

/** How long a visitor may take nothing of a stream, in milliseconds. Players pause for minutes. */
const patience = 5 * 60_000;

/**
 * Answers with a large body, no faster than the visitor takes it; one who goes away ends the reading. Resolves
 * when it is over. Rejects, with nothing sent, where the blob cannot be opened.
 */
export async function streamBlob(
  visit: Visit,
  blobs: Pick<Blobs, 'open'>,
  hash: string,
  { start, end }: ByteRange,
  status: number,
  head: readonly string[],
): Promise<void> {
  const { request, response } = visit;
  const handle = await blobs.open(hash);
  if (response.destroyed) return handle.close();
  sendHead(visit, status, head);
  response.setTimeout(patience, () => response.destroy());
  const source = handle.createReadStream({ start, end, highWaterMark: 256 * 1024 });
  await new Promise<void>((resolve, reject) => {
    pipeline(source, response, (error) => {
      const left = error?.code === 'ERR_STREAM_PREMATURE_CLOSE';
      // What is shorter than was announced would leave the visitor waiting.
      if (source.bytesRead < end - start + 1) request.socket.destroy();
      if (error && !left) reject(error);
      else finished(source, () => resolve());
    });
  });
}
