import { mkdtemp, rm } from 'node:fs/promises';
import {
  type Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import type { BlobStore, Blobs } from '../../src/blobs/blobs.ts';
import { createFolderBlobs } from '../../src/blobs/folder-blobs.ts';
import { writeTree } from '../../src/blobs/site-tree-blob.ts';
import type { HeaderRule } from '../../src/domain/custom-headers.ts';
import { defaultHostingRules, type HostingRules } from '../../src/domain/hosting-rules.ts';
import type { SiteAddress, SiteRecord } from '../../src/domain/site.ts';
import type { SiteFile } from '../../src/domain/site-tree.ts';
import { createSiteHandler, type SiteHandlerOptions } from '../../src/hosting/site-handler.ts';

export interface SiteSetUp {
  /** Contents by path; those of `compressed` also have their gzip and Brotli forms. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly types?: Readonly<Record<string, string>>;
  readonly compressed?: boolean;
  readonly rules?: readonly { source: string; target: string; status?: string; condition?: string }[];
  readonly headers?: readonly HeaderRule[];
  readonly app?: string;
  readonly branch?: string;
  readonly deployed?: boolean;
}

export interface Sites {
  readonly port: number;
  readonly blobs: BlobStore;
  /** What the handler reported. */
  readonly failures: unknown[];
  readonly slowExpressions: string[];
  /** How often a name was looked for. */
  readonly finds: string[];
  /** Puts a site under a host; what is there already is replaced. */
  publish(host: string, site: SiteSetUp): Promise<SiteRecord>;
  place(host: string, address: SiteAddress): void;
  commit(): void;
  ask(host: string, target: string, options?: AskOptions): Promise<Reply>;
  /** Sends bytes as they are and gives all that comes back until the connection ends. */
  raw(bytes: string): Promise<string>;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
}

export const host = 'main.d1abc.localhost';

/** A real HTTP server with sites of which the test says what they are. It ends with the test. */
export async function startSites(
  options: Partial<Omit<SiteHandlerOptions, 'hostingRules'>> & { hostingRules?: Partial<HostingRules> } = {},
): Promise<Sites> {
  const folder = await mkdtemp(join(tmpdir(), 'backline-sites-'));
  const blobs = options.blobs === undefined ? createFolderBlobs(folder) : (options.blobs as BlobStore);
  const addresses = new Map<string, SiteAddress>();
  const failures: unknown[] = [];
  const slowExpressions: string[] = [];
  const finds: string[] = [];
  let version = 1;
  const handler = createSiteHandler({
    find: async (name) => {
      finds.push(name);
      return addresses.get(name) ?? { kind: 'foreign' };
    },
    version: () => version,
    allowHttpTargets: true,
    onFailure: (error) => failures.push(error),
    onSlowExpression: (source) => slowExpressions.push(source),
    ...options,
    blobs,
    hostingRules: { ...defaultHostingRules, ...options.hostingRules },
  });
  const server = createServer(handler);
  const port = await listen(server);
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const place = (name: string, address: SiteAddress) => {
    addresses.set(name, address);
    version += 1;
  };
  return {
    ...{ port, blobs, failures, slowExpressions, finds, place },
    publish: async (name, setUp) => {
      const site = await recordOf(blobs, setUp);
      place(name, { kind: 'site', site });
      return site;
    },
    commit: () => {
      version += 1;
    },
    ask: (name, target, asked) => ask(port, name, target, asked),
    raw: (bytes) => raw(port, bytes),
  };
}

/** @returns the port */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A server of its own that stands for what proxied rules lead to. It ends with the test. */
export async function startUpstream(
  answer: (
    request: IncomingMessage,
    response: import('node:http').ServerResponse,
    body: string,
  ) => void | Promise<void>,
): Promise<{ port: number; origin: string; requests: IncomingMessage[]; server: Server }> {
  const requests: IncomingMessage[] = [];
  const server = createServer(async (request, response) => {
    requests.push(request);
    try {
      await answer(request, response, await text(request));
    } catch {
      response.destroy();
    }
  });
  const port = await listen(server);
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port, origin: `http://127.0.0.1:${port}`, requests, server };
}

export function ask(port: number, host: string, path: string, options: AskOptions = {}): Promise<Reply> {
  const { method = 'GET', body } = options;
  // Node gives some methods no length by itself.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const headers = { host, ...length, ...options.headers };
  return new Promise((resolve, reject) => {
    const asking = request({
      port,
      host: '127.0.0.1',
      path,
      method,
      headers,
      agent: options.agent ?? false,
    });
    asking.on('error', reject).on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer
        .on('data', (chunk) => chunks.push(chunk))
        .on('error', reject)
        .on('end', () => {
          const bytes = Buffer.concat(chunks);
          const { statusCode: status = 0, headers } = answer;
          resolve({ status, headers, body: bytes.toString(), bytes });
        });
    });
    asking.end(body);
  });
}

function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket
      .setEncoding('latin1')
      .on('data', (chunk) => {
        answer += chunk;
      })
      .on('error', reject)
      .on('close', () => resolve(answer));
  });
}

async function recordOf(blobs: Blobs, setUp: SiteSetUp): Promise<SiteRecord> {
  const { files = {}, types = {}, compressed = false, deployed = true, app = 'd1abc' } = setUp;
  const tree = new Map<string, SiteFile>();
  for (const [path, content] of Object.entries(files)) {
    const body = Buffer.from(content);
    const { hash, md5, size } = await put(blobs, body);
    const forms = compressed
      ? {
          gzip: pick(await put(blobs, gzipSync(body))),
          brotli: pick(await put(blobs, brotliCompressSync(body))),
        }
      : {};
    tree.set(path, { hash, md5, size, type: types[path] ?? 'text/html; charset=utf-8', ...forms });
  }
  const { hash } = await writeTree(blobs, tree);
  return {
    account: '123456789012',
    region: 'us-east-1',
    appId: app,
    branchName: setUp.branch ?? 'main',
    displayName: setUp.branch ?? 'main',
    customRules: [...(setUp.rules ?? [])],
    appCredentials: undefined,
    branchCredentials: undefined,
    deployment: deployed ? { jobId: 1, tree: hash, headers: JSON.stringify(setUp.headers ?? []) } : undefined,
  };
}

export function put(blobs: Pick<Blobs, 'put'>, body: Buffer) {
  return blobs.put(
    (async function* () {
      yield body;
    })(),
  );
}

function pick({ hash, size }: { hash: string; size: number }) {
  return { hash, size };
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
