import { connect } from 'node:net';

export interface Load {
  readonly endpoint: string;
  /** The raw bytes of each request; a client goes through its turns one after the other. */
  request(client: number, turn: number): Buffer;
  readonly clients: number;
  readonly requests: number;
  /** Requests per second over all clients; as many as come back when left out. */
  readonly rate?: number;
  onBody?(body: string): void;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly failures: number;
}

/**
 * Sends requests over keep-alive connections, one at a time on each, and counts answers that are not 200.
 * It parses no more than it must, so that the load costs less than what it measures.
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const { hostname, port } = new URL(load.endpoint);
  const startedAt = performance.now();
  let sent = 0;
  let failures = 0;

  const client = async (number: number) => {
    for (let turn = 0, connection = open(hostname, Number(port)); sent < load.requests; turn++) {
      const due = load.rate === undefined ? 0 : startedAt + (sent * 1000) / load.rate - performance.now();
      sent++;
      if (due > 1) await new Promise((resolve) => setTimeout(resolve, due));
      const { head, body } = await connection.send(load.request(number, turn));
      if (!head.startsWith('HTTP/1.1 200') && !head.startsWith('HTTP/1.0 200')) failures++;
      load.onBody?.(body);
      if (/connection: close/i.test(head)) connection = open(hostname, Number(port));
      if (sent >= load.requests) connection.close();
    }
  };
  await Promise.all(Array.from({ length: load.clients }, (_, number) => client(number)));
  return { perSecond: load.requests / ((performance.now() - startedAt) / 1000), failures };
}

interface Answer {
  head: string;
  body: string;
}

function open(host: string, port: number) {
  const socket = connect({ host, port, noDelay: true });
  let received = '';
  let settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  socket.on('error', (error) => settle?.reject(error));
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = received.slice(0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (received.length < headEnd + 4 + length) return;
    const body = received.slice(headEnd + 4);
    received = '';
    settle?.resolve({ head, body });
  });
  return {
    send: (request: Buffer) =>
      new Promise<Answer>((resolve, reject) => {
        settle = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.end(),
  };
}
