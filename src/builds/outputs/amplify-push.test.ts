import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordLog } from '../../../test/support/checkouts.ts';
import { readEnvironmentCache, writeEnvironmentCache, writeTools } from './environment-cache.ts';

let folder: string;
const at = (name: string) => join(folder, name);

/** Notes its arguments, one call a line; says what `env get` says; fails at what FAIL names. */
const amplify = `#!/usr/bin/env bash
printf '%s\\0' "$@" >>"$CALLS"
printf '\\n' >>"$CALLS"
[[ "$1 $2" != "$FAIL"* ]] || exit 7
[[ "$1 $2" != 'env get' ]] || printf '%s' "$STATE"
`;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'backline-push-')));
  await writeTools(at('tools'));
  await mkdir(at('bin'));
  await writeFile(at('bin/amplify'), amplify);
  await chmod(at('bin/amplify'), 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Result {
  status: number;
  stderr: string;
  /** The arguments of each call of the Amplify CLI. */
  calls: string[][];
}

const state = '{"awscloudformation":{"StackName":"it\'s \\"a\\" \\\\ $HOME"}}';

async function push(variables: Readonly<Record<string, string>>, ...args: string[]): Promise<Result> {
  const env = {
    PATH: `${at('tools')}:${at('bin')}:/usr/bin:/bin`,
    BACKLINE_ENV_CACHE: at('env-cache'),
    AWS_APP_ID: 'd123',
    CALLS: at('calls'),
    FAIL: 'nothing',
    STATE: state,
    ...variables,
  };
  const { status, stderr } = await new Promise<Omit<Result, 'calls'>>((resolve) => {
    execFile('/usr/bin/env', ['amplifyPush', ...args], { env }, (error, _stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, stderr });
    });
  });
  const calls = await readFile(at('calls'), 'utf8').catch(() => '');
  return {
    status,
    stderr,
    calls: calls
      .split('\n')
      .slice(0, -1)
      .map((call) => call.split('\0').slice(0, -1)),
  };
}

const kept = () => readEnvironmentCache(at('env-cache'), recordLog());

/** The value of an option in one call. */
function option(call: readonly string[] | undefined, name: string): unknown {
  const value = call?.[call.indexOf(name) + 1];
  return value === undefined || !call?.includes(name) ? undefined : JSON.parse(value);
}

test('the first push makes the environment, and keeps its state', async () => {
  const { status, calls } = await push({ AWS_BRANCH: 'main' }, '--simple');
  expect(status).toBe(0);
  expect(calls.map((call) => call.slice(0, 2))).toEqual([
    ['init', '--amplify'],
    ['env', 'get'],
  ]);
  const [init] = calls;
  expect(option(init, '--amplify')).toEqual({ envName: 'main', appId: 'd123' });
  expect(option(init, '--providers')).toEqual({
    awscloudformation: {
      ...{ configLevel: 'project', useProfile: true, profileName: 'default' },
      AmplifyAppId: 'd123',
    },
  });
  expect(option(init, '--codegen')).toEqual({ generateCode: false, generateDocs: false });
  expect(init).not.toContain('--categories');
  expect(init?.at(-1)).toBe('--yes');
  expect(calls[1]).toEqual(['env', 'get', '--json', '--name', 'main']);
  expect(await kept()).toEqual({ stackInfo: state });
});

test('the next one goes on with the state', async () => {
  await writeEnvironmentCache(at('env-cache'), { stackInfo: state });
  const { status, calls } = await push({ AWS_BRANCH: 'main', STATE: '{"new":true}' }, '--simple');
  expect(status).toBe(0);
  expect(calls[0]).toEqual([
    ...['env', 'import', '--name', 'main', '--config', state],
    ...['--awsInfo', '{"configLevel":"project","useProfile":true,"profileName":"default"}', '--yes'],
  ]);
  expect(calls.slice(1).map(([command]) => command)).toEqual(['init', 'env']);
  expect(await kept()).toEqual({ stackInfo: '{"new":true}' });
});

describe('the name of the environment', () => {
  test.each([
    ['is the branch', { AWS_BRANCH: 'main' }, [], 'main'],
    ['has ten characters and no slash', { AWS_BRANCH: 'feature/my-long-branch' }, [], 'featuremy-'],
    ['has no backslash', { AWS_BRANCH: 'a\\b' }, [], 'ab'],
    ['is given by -e', { AWS_BRANCH: 'main' }, ['-e', 'dev'], 'dev'],
    ['is given by -e after --simple', { AWS_BRANCH: 'v2.0' }, ['--simple', '-e', 'dev'], 'dev'],
    ['is USER_BRANCH before all', { AWS_BRANCH: 'main', USER_BRANCH: 'prod' }, ['-e', 'dev'], 'prod'],
    ['may be bad behind its tenth character', { AWS_BRANCH: 'abcdefghij.k' }, [], 'abcdefghij'],
  ])('%s', async (_what, variables, args, expected) => {
    const { status, calls } = await push(variables, ...args);
    expect(status).toBe(0);
    expect(option(calls[0], '--amplify')).toMatchObject({ envName: expected });
  });

  test.each([
    ['a point', { AWS_BRANCH: 'v2.0' }, []],
    ['nothing', {}, []],
    ['only slashes', { AWS_BRANCH: '//' }, []],
    ['other scripts', { AWS_BRANCH: 'ü' }, []],
    ['other scripts, where these have a locale', { AWS_BRANCH: 'é', LC_ALL: 'C.UTF-8' }, []],
    ['more lines', { AWS_BRANCH: 'a\nb' }, []],
    ['a bad USER_BRANCH', { AWS_BRANCH: 'main', USER_BRANCH: 'a_b' }, []],
    ['-e without a name', { AWS_BRANCH: 'main' }, ['-e']],
    ['an unknown option', { AWS_BRANCH: 'main' }, ['--complex']],
  ])('cannot be %s', async (_what, variables, args) => {
    const { status, stderr, calls } = await push(variables, ...args);
    expect([status, calls]).toEqual([1, []]);
    expect(stderr).toMatch(/^Usage: amplifyPush/);
  });
});

test('the app of the backend may be another one', async () => {
  const { calls } = await push({ AWS_BRANCH: 'main', AMPLIFY_BACKEND_APP_ID: 'd"4\\5' });
  expect(option(calls[0], '--amplify')).toEqual({ envName: 'main', appId: 'd"4\\5' });
  expect(option(calls[0], '--providers')).toMatchObject({ awscloudformation: { AmplifyAppId: 'd"4\\5' } });
});

test('what other services know the app by is handed on, whatever is in it', async () => {
  const odd = 'a"b\\c\nd\te\rf\u0001g \'$x` ü 日本 😀 &';
  const { calls } = await push({
    AWS_BRANCH: 'main',
    AMPLIFY_FACEBOOK_CLIENT_ID: 'f',
    AMPLIFY_FACEBOOK_CLIENT_SECRET: odd,
    AMPLIFY_GOOGLE_CLIENT_ID: '',
    AMPLIFY_AMAZON_CLIENT_ID: 'a',
  });
  expect(option(calls[0], '--categories')).toEqual({
    auth: { facebookAppIdUserPool: 'f', facebookAppSecretUserPool: odd, loginwithamazonAppIdUserPool: 'a' },
  });
});

test.each([
  ['env import', 1],
  ['init', 2],
  ['env get', 3],
])('a failing amplify %s ends it with its status, and the state stays', async (command, count) => {
  await writeEnvironmentCache(at('env-cache'), { stackInfo: state });
  const { status, calls } = await push({ AWS_BRANCH: 'main', FAIL: command, STATE: 'new' });
  expect([status, calls.length]).toEqual([7, count]);
  expect(await kept()).toEqual({ stackInfo: state });
});

test('without the Amplify CLI it says what is missing', async () => {
  await rm(at('bin/amplify'));
  const { status, stderr } = await push({ AWS_BRANCH: 'main' });
  expect(status).toBe(127);
  expect(stderr).toMatch(/^amplifyPush: the Amplify CLI is not installed/);
});
