import { mkdtempSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { openFifos } from './fifos.ts';
import { nextTurn, readOutput } from './output.ts';

function read() {
  const stream = new PassThrough();
  const given: string[] = [];
  return { stream, given, reader: readOutput(stream, (text) => given.push(text)) };
}

describe('output', () => {
  test('comes in whole lines', async () => {
    const { stream, given } = read();
    stream.write('a\nb\nc');
    await nextTurn();
    expect(given).toEqual(['a\nb\n']);
    stream.write('d\n');
    await nextTurn();
    expect(given).toEqual(['a\nb\n', 'cd\n']);
  });

  test('gives a part at a drain, after a silence, and at the end', async () => {
    const { stream, given, reader } = read();
    stream.write('a');
    await reader.drain();
    expect(given).toEqual(['a']);
    stream.write('b');
    while (given.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(given).toEqual(['a', 'b']);
    stream.write(Buffer.from('é').subarray(0, 1));
    await nextTurn();
    reader.close();
    expect(given).toEqual(['a', 'b', '\ufffd']);
    expect(stream.destroyed).toBe(true);
  });

  test('is read to where it was by a drain', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'backline-output-'));
    const fifos = await openFifos(folder);
    const given: string[] = [];
    const reader = readOutput(fifos.stdout.reader, (text) => given.push(text));
    writeSync(fifos.stdout.writer, `${'x'.repeat(60_000)}\nrest`);
    await reader.drain();
    expect(given.join('')).toBe(`${'x'.repeat(60_000)}\nrest`);
    fifos.closeWriters();
    fifos.closeReaders();
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  test('keeps characters whole that come in pieces', async () => {
    const { stream, given, reader } = read();
    for (const byte of Buffer.from('\ufeffé€😀\n')) {
      stream.write(Buffer.of(byte));
      await nextTurn();
    }
    await reader.drain();
    expect(given.join('')).toBe('\ufeffé€😀\n');
  });

  test('without line ends does not grow in memory', async () => {
    const { stream, given } = read();
    for (let count = 0; count < 40; count++) {
      stream.write('x'.repeat(10_000));
      await nextTurn();
    }
    expect(given.length).toBeGreaterThan(3);
    expect(given.every((text) => text.length < 100_000)).toBe(true);
  });
});
