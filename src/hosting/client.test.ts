import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createClientReader } from './client.ts';

const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;
const told = { 'x-forwarded-for': '6.6.6.6, 9.9.9.9', 'x-forwarded-proto': 'https' };

test.each([
  ['nobody is trusted', [], '::ffff:1.2.3.4', told, '1.2.3.4', 'http'],
  ['another is trusted', ['10.0.0.1'], '1.2.3.4', told, '1.2.3.4', 'http'],
  [
    'the proxy is trusted: the last address is who it saw',
    ['10.0.0.1'],
    '10.0.0.1',
    told,
    '9.9.9.9',
    'https',
  ],
  ['two proxies are trusted', ['10.0.0.1', '9.9.9.9'], '10.0.0.1', told, '6.6.6.6', 'https'],
  ['a trusted proxy says nothing', ['10.0.0.1'], '10.0.0.1', {}, '10.0.0.1', 'http'],
  [
    'a trusted proxy says nonsense',
    ['10.0.0.1'],
    '10.0.0.1',
    { 'x-forwarded-for': 'me, "x"', 'x-forwarded-proto': 'gopher' },
    '10.0.0.1',
    'http',
  ],
] as const)('%s', (_what, trusted, peer, headers, address, protocol) => {
  expect(createClientReader(trusted)(from(peer, headers))).toEqual({ address, protocol });
});
