import type { Readable } from 'node:stream';

/** How long a part of a line waits for the rest of it, in milliseconds. */
const silence = 200;
/** How long a line may be before it is given in parts, in characters. */
const longestPart = 64 * 1024;
/** After how many turns of the event loop output that never stops is not waited for any more. */
const mostTurns = 200;

export interface OutputReader {
  /** Resolves when everything has been given that was in the pipe when this was called. */
  drain(): Promise<void>;
  /** Gives what is left, and closes the stream. */
  close(): void;
}

/**
 * Reads the output of programs and gives it as text of whole lines, with their ends. A last part without an end is
 * given at a drain or after a short silence. What is no UTF-8 becomes U+FFFD.
 */
export function readOutput(stream: Readable, give: (text: string) => void): OutputReader {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let part = '';
  let chunks = 0;
  let timer: NodeJS.Timeout | undefined;
  const givePart = () => {
    clearTimeout(timer);
    timer = undefined;
    if (part === '') return;
    const text = part;
    part = '';
    give(text);
  };
  const take = (text: string) => {
    const end = text.lastIndexOf('\n') + 1;
    part += end > 0 ? text.slice(0, end) : text;
    if (end > 0 || part.length >= longestPart) givePart();
    if (end > 0) part = text.slice(end);
    if (part === '') return;
    timer = timer?.refresh() ?? setTimeout(givePart, silence);
  };
  stream.on('data', (chunk: Buffer) => {
    chunks++;
    take(decoder.decode(chunk, { stream: true }));
  });
  stream.on('error', () => {});
  return {
    async drain() {
      // Of two turns at least one asks the system what there is to read.
      for (let turn = 0, quiet = 0; quiet < 3 && turn < mostTurns; turn++) {
        const before = chunks;
        await nextTurn();
        quiet = chunks === before ? quiet + 1 : 0;
      }
      givePart();
    },
    close() {
      stream.removeAllListeners('data');
      take(decoder.decode());
      givePart();
      stream.destroy();
    },
  };
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
