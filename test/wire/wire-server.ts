import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Config, defaultConfig } from '../../src/config.ts';
import { startServer } from '../../src/server.ts';
import { deleteAllResources } from '../../src/store/reset.ts';
import type { Store } from '../../src/store/store.ts';
import { type RawAnswer, type RawRequest, send } from './raw-client.ts';

export interface WireServer {
  readonly endpoint: string;
  readonly store: Store;
  /** What the server has logged, one object a line. */
  readonly log: Record<string, unknown>[];
}

/** Starts a server in memory for a test file, emptied after each test; the function gives it to a test. */
export function useWireServer(changes: Partial<Config> = {}, now?: () => number): () => WireServer {
  const log: Record<string, unknown>[] = [];
  let server: WireServer & { close(): Promise<void> };
  beforeAll(async () => {
    const { endpoint, store, close } = await startServer({
      config: defaultConfig({ port: 0, ephemeral: true, ...changes }),
      log: pino({ base: null }, { write: (line) => log.push(JSON.parse(line)) }),
      ...(now ? { now } : {}),
    });
    server = { endpoint, store, log, close };
  });
  afterEach(async () => {
    log.length = 0;
    await deleteAllResources(server.store);
  });
  afterAll(() => server.close());
  return () => server;
}

/** The JSON of an answer. */
export function jsonOf({ text }: RawAnswer): Record<string, unknown> {
  return JSON.parse(text);
}

/** The message of an answer that must be a BadRequestException in the service's form. */
export function badRequestOf(answer: RawAnswer): string {
  expect(answer.headers['x-amzn-errortype']).toBe('BadRequestException');
  expect(answer.status).toBe(400);
  const { message, ...others } = jsonOf(answer);
  expect(others).toEqual({});
  return String(message);
}

/** Creates an app and returns its id. */
export async function createApp(server: WireServer, name = 'shop'): Promise<string> {
  const answer = await post(server, '/apps', { name });
  expect(answer.status).toBe(200);
  return (jsonOf(answer).app as { appId: string }).appId;
}

/** Sends a body as an SDK does; text and bytes go as they are, anything else as JSON. */
export function post({ endpoint }: WireServer, target: string, body: unknown): Promise<RawAnswer> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const request: RawRequest = {
    method: 'POST',
    target,
    headers: { 'content-type': 'application/json' },
    body: isRaw ? body : JSON.stringify(body),
  };
  return send(endpoint, request);
}

export function get({ endpoint }: WireServer, target: string): Promise<RawAnswer> {
  return send(endpoint, { target });
}
