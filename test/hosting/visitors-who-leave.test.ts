import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Blobs } from '../../src/blobs/blobs.ts';
import { createFolderBlobs } from '../../src/blobs/folder-blobs.ts';
import { pollUntil } from '../support/poll.ts';
import { host, startSites } from './site-server.ts';

/** Real blobs of which a test sees what is open and holds up what is read. */
async function watchedBlobs() {
  const folder = await mkdtemp(join(tmpdir(), 'backline-blobs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const real = createFolderBlobs(folder);
  const opened: FileHandle[] = [];
  const gate = { wait: Promise.resolve(), asked: 0 };
  const blobs: Blobs = {
    ...real,
    async read(hash) {
      gate.asked += 1;
      await gate.wait;
      return real.read(hash);
    },
    async open(hash) {
      gate.asked += 1;
      await gate.wait;
      const handle = await real.open(hash);
      opened.push(handle);
      return handle;
    },
  };
  return { blobs, opened, gate };
}

const isClosed = (handle: FileHandle | undefined) => handle?.fd === -1;
const large = Buffer.alloc(40 * 1024 * 1024, 'x');
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

describe('a visitor of a large file', () => {
  test('who takes nothing holds up the reading, and who leaves ends it', async () => {
    const { blobs, opened } = await watchedBlobs();
    const sites = await startSites({ blobs });
    await sites.publish(host, { files: { 'large.bin': large } });
    const before = process.memoryUsage().arrayBuffers;
    const socket = connect(sites.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    socket.write(get('/large.bin'));
    await pollUntil(
      async () => opened.length,
      (count) => count === 1,
    );
    // Others are served meanwhile, so that the stream has had its turn.
    for (let count = 0; count < 50; count++) await sites.ask(host, '/missing');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(large.length / 2);
    expect(isClosed(opened[0])).toBe(false);
    socket.destroy();
    await pollUntil(
      async () => isClosed(opened[0]),
      (closed) => closed === true,
    );
    expect(sites.failures).toEqual([]);
  });

  test('who leaves before it is open leaves nothing open', async () => {
    const { blobs, opened, gate } = await watchedBlobs();
    const sites = await startSites({ blobs });
    await sites.publish(host, { files: { 'large.bin': Buffer.alloc(400_000) } });
    const { promise, resolve } = Promise.withResolvers<void>();
    gate.wait = promise;
    const socket = connect(sites.port, '127.0.0.1');
    socket.write(get('/large.bin'));
    await pollUntil(
      async () => gate.asked,
      (count) => count === 1,
    );
    socket.destroy();
    await sites.ask(host, '/missing');
    resolve();
    await pollUntil(
      async () => isClosed(opened[0]),
      (closed) => closed === true,
    );
    expect(sites.failures).toEqual([]);
  });
});

describe('a visitor of a small file', () => {
  test('who leaves before it is read does no harm to the others', async () => {
    const { blobs, gate } = await watchedBlobs();
    const sites = await startSites({ blobs });
    await sites.publish(host, { files: { 'a.txt': 'small' } });
    const { promise, resolve } = Promise.withResolvers<void>();
    gate.wait = promise;
    const socket = connect(sites.port, '127.0.0.1');
    socket.write(get('/a.txt'));
    await pollUntil(
      async () => gate.asked,
      (count) => count === 1,
    );
    const other = sites.ask(host, '/a.txt');
    socket.destroy();
    await sites.ask(host, '/missing');
    resolve();
    expect((await other).body).toBe('small');
    expect(gate.asked).toBe(1);
    expect(sites.failures).toEqual([]);
  });
});
