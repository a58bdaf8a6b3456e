import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that a deployment's source comes from. */
export interface HttpSource {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** What each request looked like. */
  readonly requests: IncomingMessage[];
  /** Connections that are open. */
  readonly connections: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** Answers each path as the test says; other paths with 404. */
export async function startHttpSource(answers: Readonly<Record<string, Answer>>): Promise<HttpSource> {
  const requests: IncomingMessage[] = [];
  const connections = new Set<Socket>();
  const listener = createServer((request, response) => {
    requests.push(request);
    const answer = answers[(request.url ?? '').replace(/\?.*/, '')];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  listener.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    requests,
    connections,
    close: async () => {
      listener.close();
      listener.closeAllConnections();
      await once(listener, 'close');
    },
  };
}

/** An answer that leads elsewhere. */
export function redirectTo(location: string, status = 302): Answer {
  return (_request, response) => void response.writeHead(status, { location }).end('moved');
}

/** An answer with this body. */
export function send(body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_request, response) => void response.writeHead(200, headers).end(body);
}
