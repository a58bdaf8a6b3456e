import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../support/process.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backline-refusal-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program that must refuse, and returns the one line that it says. */
async function refusal(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const { code, signal, stdout, stderr } = await runProgram(args, { folder, environment });
  expect({ code, signal, stdout }).toEqual({ code: 1, signal: null, stdout: '' });
  expect(stderr).toMatch(/^backline: [^\n]+\n$/);
  return stderr.slice('backline: '.length, -1);
}

function fileWith(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('settings that would let strangers in or contradict each other', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1', 'backline.example'])(
    '--auth off on %s is refused with what to do',
    async (host) => {
      const line = await refusal(['serve', '--ephemeral', '--auth', 'off', '--host', host, '--port', '0']);
      expect(line).toContain(host);
      expect(line).toContain('--auth keys');
      expect(line).toContain('--allow-anonymous-network');
    },
  );

  test('--ephemeral --auth keys: nobody could ever have a key', async () => {
    expect(await refusal(['serve', '--ephemeral', '--auth', 'keys'])).toMatch(/--auth keys.*--ephemeral/);
  });

  test('--ephemeral and --database-url exclude each other', async () => {
    const line = await refusal(['serve', '--ephemeral', '--database-url', 'postgres://127.0.0.1/none']);
    expect(line).toMatch(/--ephemeral.*--database-url/);
  });
});

test.each(['1.2.3', '127.0.0.1:99999'])('a name server that is no address: %s', async (server) => {
  const line = await refusal([
    'serve',
    '--ephemeral',
    '--port',
    '0',
    '--domains',
    'dns',
    '--dns-server',
    server,
  ]);
  expect(line).toContain('--dns-server');
  expect(line).toContain(server);
});

describe('a place that cannot be used', () => {
  test('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const line = await refusal(['serve', '--ephemeral', '--port', String(port)]);
    expect(line).toBe(`Cannot listen on port ${port} of 127.0.0.1: it is taken; choose another with --port.`);
    other.close();
  });

  test.each([['serve'], ['keys', 'create'], ['accounts', 'list']])(
    '%s with a data folder that cannot be made',
    async (...command) => {
      const data = join(fileWith('a-file', ''), 'data');
      expect(await refusal([...command, '--data', data])).toContain(data);
    },
  );

  test('a database file that is none', async () => {
    fileWith('backline.db', 'This is a letter to my aunt, and no database at all. '.repeat(100));
    expect(await refusal(['serve', '--port', '0', '--data', folder])).toContain(folder);
    rmSync(join(folder, 'backline.db'));
  });

  test('a PostgreSQL that does not answer, without its password', async () => {
    const url = 'postgres://someone:very-secret@127.0.0.1:1/none';
    const line = await refusal(['serve', '--database-url', url]);
    expect(line).toContain('PostgreSQL');
    expect(line).toContain('127.0.0.1:1');
    expect(line).not.toContain('very-secret');
  });

  test('a URL of another database, without its password', async () => {
    const line = await refusal(['serve', '--database-url', 'mysql://someone:very-secret@127.0.0.1/none']);
    expect(line).toContain('--database-url');
    expect(line).not.toContain('very-secret');
  });
});

describe('a command line that is mistaken', () => {
  const cases: [string[], string][] = [
    [['--nonsense'], '--nonsense'],
    [['serve', '--nonsense'], '--nonsense'],
    [['nonsense'], "'nonsense'"],
    [['keys'], "'keys'"],
    [['serve', 'extra'], "'extra'"],
    [['serve', '--port'], '--port'],
    [['serve', '--port', 'many'], "'many'"],
    [['serve', '--port', '65536'], "'65536'"],
    [['serve', '--auth', 'maybe'], "'maybe'"],
    [['serve', '--account', '12'], "'12'"],
    [['serve', '--environment-names', 'odd'], "'odd'"],
    [['keys', 'list', '--port', '1'], '--port'],
    [['keys', 'create', 'extra'], 'extra'],
    [['keys', 'list', 'extra'], 'extra'],
    [['keys', 'delete'], 'access key id'],
    [['keys', 'delete', 'AKBLMISSING'], 'AKBLMISSING'],
    [['accounts', 'suspend'], 'twelve digits'],
    [['accounts', 'suspend', '12'], 'twelve digits'],
    [['accounts', 'list', 'extra'], 'extra'],
  ];
  test.each(cases)('backline %j', async (args, named) => {
    expect(await refusal(args)).toContain(named);
  });

  test('a bad environment variable is named', async () => {
    expect(await refusal(['serve'], { BACKLINE_PORT: 'many' })).toMatch(/BACKLINE_PORT.*'many'/);
    expect(await refusal(['serve'], { BACKLINE_EPHEMERAL: 'maybe' })).toMatch(/BACKLINE_EPHEMERAL.*'maybe'/);
  });
});

describe('a quotas file that is mistaken', () => {
  const cases: [string, string, string][] = [
    ['no JSON', '{ appsPerRegion: 1 }', 'quotas.json'],
    ['no object', '[1]', 'no JSON object'],
    ['an unknown quota', '{"apps": 1}', "'apps'"],
    ['a negative number', '{"appsPerRegion": -1}', 'appsPerRegion'],
    ['a number in quotes', '{"appsPerRegion": "1"}', 'appsPerRegion'],
  ];
  test.each(cases)('%s', async (_what, content, named) => {
    const quotas = fileWith('quotas.json', content);
    expect(await refusal(['serve', '--ephemeral', '--quotas', quotas])).toContain(named);
  });

  test('one that is not there', async () => {
    const quotas = join(folder, 'missing.json');
    expect(await refusal(['serve', '--ephemeral', '--quotas', quotas])).toContain(quotas);
  });
});

test('a server that refuses to start leaves no database behind', async () => {
  const fresh = mkdtempSync(join(tmpdir(), 'backline-refusal-'));
  const data = join(fresh, 'data');
  await refusal(['serve', '--data', data, '--host', '0.0.0.0']);
  await refusal(['serve', '--data', data, '--quotas', join(fresh, 'missing.json')]);
  expect(readdirSync(fresh)).toEqual([]);
  rmSync(fresh, { recursive: true });
});
