import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from './programs.ts';

const execute = promisify(execFile);
const { O_RDONLY, O_WRONLY, O_NONBLOCK, O_NOFOLLOW } = constants;

/** A pipe that a program can also open by the name /dev/stdout: Node's own are sockets, which cannot be opened. */
interface Fifo {
  readonly reader: Socket;
  /** Descriptor for the program. */
  readonly writer: number;
}

/** For the outputs of one program. */
export interface Fifos {
  readonly stdout: Fifo;
  readonly stderr: Fifo;
  /** To be called once the program has its ends. */
  closeWriters(): void;
  closeReaders(): void;
}

/** Opens them. Nothing of them stays in the folder. */
export async function openFifos(folder: string): Promise<Fifos> {
  const name = join(folder, `.${randomUUID()}`);
  const files = [`${name}.1`, `${name}.2`] as const;
  const opened: number[] = [];
  try {
    await execute(await requireProgram('mkfifo'), ['-m', '600', ...files]);
    const [stdout, stderr] = [openFifo(files[0], opened), openFifo(files[1], opened)];
    const readers = [readerOf(stdout.reader), readerOf(stderr.reader)] as const;
    return {
      stdout: { reader: readers[0], writer: stdout.writer },
      stderr: { reader: readers[1], writer: stderr.writer },
      closeWriters: () => {
        for (const { writer } of [stdout, stderr]) closeSync(writer);
      },
      closeReaders: () => {
        for (const reader of readers) reader.destroy();
      },
    };
  } catch (error) {
    for (const descriptor of opened) closeSync(descriptor);
    throw error;
  } finally {
    for (const file of files) rmSync(file, { force: true });
  }
}

function openFifo(file: string, opened: number[]): { reader: number; writer: number } {
  // Without O_NONBLOCK it would wait for somebody who writes.
  const reader = openSync(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  opened.push(reader);
  if (!fstatSync(reader).isFIFO()) throw new Error('The output of the build has been replaced.');
  const writer = openSync(file, O_WRONLY | O_NOFOLLOW);
  opened.push(writer);
  return { reader, writer };
}

function readerOf(fd: number): Socket {
  return new Socket({ fd, readable: true, writable: false });
}
