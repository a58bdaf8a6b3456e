import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gitTestEnvironment } from './repositories.ts';

/** A request that a git server got. */
export interface GitRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface GitServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** The address of the repository. */
  readonly url: string;
  readonly requests: readonly GitRequest[];
  close(): Promise<void>;
}

export interface GitServerOptions {
  /** Without it no one is asked who they are. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Runs before a request is answered; what it returns is waited for. */
  readonly onRequest?: (request: GitRequest) => unknown;
}

const home = '/repository.git';

/** Serves a bare repository by git's smart protocol, as `/repository.git`. */
export async function startGitServer(folder: string, options: GitServerOptions = {}): Promise<GitServer> {
  const requests: GitRequest[] = [];
  const listener = createServer((request, response) => {
    void answer(folder, request, response, options, requests);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  return {
    origin,
    url: origin + home,
    requests,
    close: async () => {
      listener.close();
      listener.closeAllConnections();
      await once(listener, 'close');
    },
  };
}

async function answer(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
  { login, onRequest }: GitServerOptions,
  requests: GitRequest[],
): Promise<void> {
  const { method = '', url: path = '' } = request;
  const { authorization } = request.headers;
  requests.push({ method, path, authorization });
  await onRequest?.({ method, path, authorization });
  if (login && authorization !== `Basic ${btoa(`${login.username}:${login.password}`)}`) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  } else if (!path.startsWith(`${home}/`)) {
    response.writeHead(404).end();
  } else {
    await runBackend(folder, request, response);
  }
}

/** git http-backend is a CGI program (RFC 3875). */
async function runBackend(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', 'http://localhost');
  const header = (name: string) => request.headers[name]?.toString() ?? '';
  const env = {
    ...gitTestEnvironment,
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: url.pathname.slice(home.length),
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? '',
    CONTENT_TYPE: header('content-type'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    HTTP_GIT_PROTOCOL: header('git-protocol'),
    REMOTE_ADDR: '127.0.0.1',
  };
  const backend = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  backend.stdin.on('error', () => {});
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  for await (const chunk of backend.stdout) chunks.push(chunk);
  const output = Buffer.concat(chunks);
  const end = output.indexOf('\r\n\r\n');
  for (const line of output.subarray(0, end).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(output.subarray(end + 4));
}
