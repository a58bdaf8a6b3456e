import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, ConfigError, defaultConfig } from './config.ts';
import {
  checkCombination,
  isLoopback,
  openConfiguredStore,
  openKeyFile,
  readQuotas,
  reasonOf,
} from './startup.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backline-startup-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(text: string): string {
  const path = join(folder, 'quotas.json');
  writeFileSync(path, text);
  return path;
}

describe('the combination of settings', () => {
  const check = (changes: Partial<Config>) => () => checkCombination(defaultConfig(changes));

  test.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1'])('any credentials are taken on %s', (host) => {
    expect(check({ host })).not.toThrow();
  });

  test.each(['0.0.0.0', '::', '192.168.1.5', 'backline.example', '127.0.0.1.evil.example', '::ffff:8.8.8.8'])(
    'any credentials on %s need words of their own',
    (host) => {
      expect(check({ host })).toThrow(
        new ConfigError(
          `With --auth off, whoever reaches ${host} could do everything. ` +
            'Use --auth keys, or spell out --allow-anonymous-network.',
        ),
      );
      expect(check({ host, allowAnonymousNetwork: true })).not.toThrow();
      expect(check({ host, auth: 'keys' })).not.toThrow();
    },
  );

  test('a database in memory is not also PostgreSQL', () => {
    expect(check({ ephemeral: true, databaseUrl: 'postgres://db/x' })).toThrow(
      new ConfigError('--ephemeral and --database-url exclude each other.'),
    );
    expect(check({ databaseUrl: 'postgres://db/x' })).not.toThrow();
  });

  test('keys need to be kept', () => {
    expect(check({ ephemeral: true, auth: 'keys' })).toThrow(
      new ConfigError('--auth keys needs keys that are kept: use it without --ephemeral.'),
    );
    expect(check({ ephemeral: true })).not.toThrow();
  });
});

test.each([
  ['localhost', true],
  ['::1', true],
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['127.0.0.1.evil.example', false],
  ['127.example', false],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['::', false],
  ['', false],
])('%j is a loopback address: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

describe('quotas', () => {
  test('off enforces none, and aws what AWS documents', () => {
    expect(readQuotas('off')).toEqual({});
    expect(readQuotas('aws')).toEqual({
      appsPerRegion: 25,
      appCreationsPerHour: 25,
      branchesPerApp: 50,
      webhooksPerApp: 50,
      domainsPerApp: 5,
      subDomainsPerDomain: 50,
    });
  });

  test('a file sets each one', () => {
    const quotas = { appsPerRegion: 3, appCreationsPerHour: 0, backendEnvironmentsPerApp: 2 };
    expect(readQuotas(fileOf(JSON.stringify(quotas)))).toEqual(quotas);
    expect(readQuotas(fileOf('{"appsPerRegion":3}'))).toEqual({ appsPerRegion: 3 });
    expect(readQuotas(fileOf('{}'))).toEqual({});
  });

  test.each([
    [
      '{"apps":3}',
      /^\S+ names an unknown quota 'apps'; known are appsPerRegion, appCreationsPerHour, backend/,
    ],
    ['{"__proto__":3}', /^\S+ names an unknown quota '__proto__'; /],
    ['{"appsPerRegion":-1}', /^The quota appsPerRegion in \S+ is no whole number from 0\.$/],
    ['{"appsPerRegion":1.5}', /^The quota appsPerRegion in \S+ is no whole number from 0\.$/],
    ['{"appsPerRegion":"3"}', /^The quota appsPerRegion in \S+ is no whole number from 0\.$/],
    ['{"appsPerRegion":null}', /^The quota appsPerRegion in \S+ is no whole number from 0\.$/],
    ['{"appsPerRegion":1e400}', /^The quota appsPerRegion in \S+ is no whole number from 0\.$/],
    ['[]', /^The quotas in \S+ are no JSON object\.$/],
    ['null', /^The quotas in \S+ are no JSON object\.$/],
    ['3', /^The quotas in \S+ are no JSON object\.$/],
    ['', /^Cannot read the quotas in \S+: .+$/],
    ['{\n"appsPerRegion":\n', /^Cannot read the quotas in \S+: .+$/],
  ])('a file that says %j is refused in one line', (text, message) => {
    const path = fileOf(text);
    expect(() => readQuotas(path)).toThrow(ConfigError);
    expect(() => readQuotas(path)).toThrow(message);
  });

  test('a file that is not there is refused in one line', () => {
    expect(() => readQuotas(join(folder, 'missing'))).toThrow(/^Cannot read the quotas in \S+: ENOENT.*$/);
    expect(() => readQuotas(folder)).toThrow(/^Cannot read the quotas in \S+: EISDIR.*$/);
  });
});

test('a folder that cannot be made is named in one line', async () => {
  const data = join(fileOf('a file'), 'within');
  const opening = openConfiguredStore(defaultConfig({ data }));
  await expect(opening).rejects.toThrow(ConfigError);
  await expect(opening).rejects.toThrow(/^Cannot use the database in the folder \S+: .+$/);
});

test('a database that does not answer is named without its address, which may hold a password', async () => {
  // Port 1 of this machine: nothing listens there.
  const opening = openConfiguredStore(defaultConfig({ databaseUrl: 'postgres://user:s3cret@127.0.0.1:1/x' }));
  await expect(opening).rejects.toThrow(/^Cannot use the database in PostgreSQL \(--database-url\): .+$/);
  await expect(opening).rejects.not.toThrow(/s3cret/);
});

test('a key file that cannot be read is named in one line', () => {
  const data = fileOf('a file');
  expect(() => openKeyFile(defaultConfig({ data }))).toThrow(/^Cannot use the key file \S+secret\.key: .+$/);
});

test.each([
  [new Error('first\nsecond'), 'first'],
  [Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [new AggregateError([new Error('inner'), new Error('other')], 'outer'), 'inner'],
  ['text', 'text'],
  [undefined, 'undefined'],
])('the reason of %j is its first line', (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
