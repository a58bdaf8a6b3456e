import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onEachKeptDatabase, type Place } from '../support/databases.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { flagsOf, runProgram, startProgram } from '../support/process.ts';
import { type ClientRepository, createClientRepository } from './client-repository.ts';

const script = join(import.meta.dirname, 'boto3_suite.py');
const python = findPython();
if (!python && process.env.CI) throw new Error('No python3 with boto3 was found.');

/** The first python3 that has boto3; in Debian that is the system's own. */
function findPython(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((command) => {
    try {
      execFileSync(command, ['-c', 'import boto3'], { stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  });
}

/** The names of the tests in one suite of the script. */
function testsOf(suite: string): string[] {
  const text = readFileSync(join(import.meta.dirname, `boto3_${suite}.py`), 'utf8');
  return [...text.matchAll(/def test_(\w+)\(/g)].map(([, name = '']) => name.replaceAll('_', ' '));
}

/** Runs one suite of the script and returns the failure of each test, empty where it passed. */
async function runSuite(suite: string, environment: Record<string, string>): Promise<Map<string, string>> {
  const { stdout } = await promisify(execFile)(python ?? '', [script, suite], {
    env: { PATH: process.env.PATH, ...withoutUserConfig, ...environment },
    timeout: 120_000,
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line)).map(({ name, failure }) => [name, failure]));
}

const withoutUserConfig = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  PYTHONDONTWRITEBYTECODE: '1',
};

function eachTestOf(suite: string, outcomes: () => Map<string, string>): void {
  const names = testsOf(suite);
  test.each(names)('%s', (name) => expect(outcomes().get(name)).toBe(''));
  test('every test of the script has run', () => {
    expect(names.length).toBeGreaterThan(3);
    expect([...outcomes().keys()].sort()).toEqual([...names].sort());
  });
}

describe.skipIf(!python)('boto3 (needs a python3 that has it)', () => {
  describe.each(['environments', 'apps', 'branches', 'deployments'])('%s', (suite) => {
    onEachKeptDatabase('programs', (createPlace) => {
      let outcomes: Map<string, string>;
      beforeAll(async () => {
        const program = await startProgram(flagsOf(await createPlace()));
        outcomes = await runSuite(suite, { ENDPOINT: program.endpoint });
        await program.stop();
      }, 150_000);
      eachTestOf(suite, () => outcomes);
    });
  });

  describe('builds', () => {
    onEachKeptDatabase('programs', (createPlace) => {
      let repository: ClientRepository;
      let provider: GitServer;
      let outcomes: Map<string, string>;
      beforeAll(async () => {
        repository = await createClientRepository();
        const login = { username: 'x-access-token', password: 'opens-it' };
        provider = await startGitServer(repository.folder, { login });
        const program = await startProgram(flagsOf(await createPlace()));
        outcomes = await runSuite('builds', {
          ENDPOINT: program.endpoint,
          REPOSITORY: repository.url,
          COMMITS: repository.commits.join(','),
          PRIVATE_REPOSITORY: provider.url,
          PRIVATE_TOKEN: login.password,
        });
        await program.stop();
      }, 150_000);
      afterAll(async () => {
        await provider.close();
        await repository.remove();
      });
      eachTestOf('builds', () => outcomes);
    });
  });

  onEachKeptDatabase('programs with a key, --auth keys', (createPlace) => {
    let folder: string;
    let outcomes: Map<string, string>;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'backline-boto3-'));
      const place = await createPlace();
      const key = await createKey(place);
      const program = await startProgram([...flagsOf(place), '--auth', 'keys'], { folder });
      outcomes = await runSuite('keys', { ENDPOINT: program.endpoint, ...key });
      await program.stop();
    }, 150_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    async function createKey(place: Place): Promise<Record<string, string>> {
      const args = ['keys', 'create', '--account', '111122223333', ...flagsOf(place)];
      const { stdout, stderr } = await runProgram(args, { folder });
      expect(stderr).toBe('');
      const [, KEY_ID = '', KEY_SECRET = ''] = /ID=(.+)\n.*KEY=(.+)\n/.exec(stdout) ?? [];
      return { KEY_ID, KEY_SECRET };
    }
    eachTestOf('keys', () => outcomes);
  });
});
