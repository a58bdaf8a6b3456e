import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createBuildOptions, machineOf } from './building.ts';
import type { BuildOptions } from './builds/job-options.ts';
import { type Config, defaultConfig } from './config.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

const machine = (changes: Partial<Config> = {}, usualMemory = 8 * GiB) =>
  machineOf(defaultConfig(changes), usualMemory);
const options = (changes: Partial<Config> = {}): BuildOptions =>
  createBuildOptions(defaultConfig(changes), 'builds', () => '');

describe('the sandbox of builds', () => {
  test.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])(
    'is none on %s, where nobody else is',
    async (host) => {
      expect((await machine({ host })).sandbox).toBe('none');
    },
  );

  test.each(['0.0.0.0', '::', '192.0.2.1', 'amplify.example'])('is bubblewrap on %s', async (host) => {
    expect((await machine({ host })).sandbox).toBe('bubblewrap');
  });

  test.each([
    ['127.0.0.1', 'bubblewrap'],
    ['0.0.0.0', 'none'],
  ] as const)('is what is asked for, on %s: %s', async (host, buildSandbox) => {
    expect((await machine({ host, buildSandbox })).sandbox).toBe(buildSandbox);
  });
});

describe('the memory of builds', () => {
  test.each([
    ['STANDARD_8GB', 8],
    ['LARGE_16GB', 16],
    ['XLARGE_72GB', 72],
  ] as const)('is that of the build instance %s', async (computeType, gibibytes) => {
    expect((await options().machineFor(computeType)).limits.memory).toBe(gibibytes * GiB);
  });

  test.each(['STANDARD_8GB', 'XLARGE_72GB'] as const)(
    'is, in MiB, what the operator sets, also for %s',
    async (computeType) => {
      const { limits } = await options({ buildMemory: 500 }).machineFor(computeType);
      expect(limits.memory).toBe(500 * MiB);
    },
  );
});

test('the other limits are numbers of processes and, in MB, of disk space', async () => {
  const { limits } = await machine({ buildProcesses: 12, buildDisk: 34 });
  expect(limits).toEqual({ memory: 8 * GiB, processes: 12, disk: 34_000_000 });
});

describe('the variables of every build', () => {
  test('are none unless the operator gives some', async () => {
    expect((await machine()).variables).toEqual({});
  });

  test('are divided at their first sign of equality; of two with one name the later counts', async () => {
    const buildVariable = ['PROXY=http://proxy:3128/?a=b', 'EMPTY=', 'TWICE=1', 'TWICE=2'];
    expect((await machine({ buildVariable })).variables).toEqual({
      PROXY: 'http://proxy:3128/?a=b',
      EMPTY: '',
      TWICE: '2',
    });
  });

  test('have CI where it is wanted, with the value that the operator gives to it', async () => {
    expect((await machine({ buildCi: 'on' })).variables).toEqual({ CI: 'true' });
    expect((await machine({ buildCi: 'on', buildVariable: ['CI=1'] })).variables).toEqual({ CI: '1' });
  });
});

test('the PATH is that of the server', async () => {
  expect((await machine()).path).toBe(process.env.PATH);
});

describe('repositories on this machine', () => {
  test.each([
    ['127.0.0.1', false, true],
    ['0.0.0.0', false, false],
    ['0.0.0.0', true, true],
  ])(
    'a server on %s, private sources allowed: %s, may read them: %s',
    (host, allowPrivateSources, expected) => {
      expect(options({ host, allowPrivateSources }).allowLocal).toBe(expected);
    },
  );
});

test('a build gets the secrets of its branch, and none of a branch whose name begins with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backline-secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const buildSecrets = join(folder, 'secrets.json');
  writeFileSync(
    buildSecrets,
    JSON.stringify({ '/amplify/d1/a/OWN': '1', '/amplify/d1/a/b/OTHER': '2', '/amplify/d1/ab/OTHER': '3' }),
  );
  const { secretsBelow } = options({ buildSecrets });
  expect(await secretsBelow('/amplify/d1/a/')).toEqual({ OWN: '1' });
  expect(await secretsBelow('/amplify/d1/a/b/')).toEqual({ OTHER: '2' });
});
