import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backline, startBackline } from '../../src/index.ts';
import { awsVersion, runToEnd } from '../support/aws-cli.ts';
import { pollUntil } from '../support/poll.ts';
import { runProgram } from '../support/process.ts';
import { gitTestEnvironment } from '../support/repositories.ts';
import { visit } from '../support/visits.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

/** The blocks of the chapter on builds, as a newcomer copies them. */
const [createAndStart = '', look = '', printed = '', localBuild = ''] = blocksOf('Build and host your site');
/** The line before them that gives the AWS CLI what it asks for. */
const [keys = ''] = /^export AWS_ACCESS_KEY_ID=.+$/m.exec(blocksOf('AWS CLI')[0] ?? '') ?? [];

function blocksOf(chapter: string): string[] {
  const start = readme.indexOf(`\n### ${chapter}\n`);
  const end = readme.indexOf('\n### ', start + 1);
  return [...readme.slice(start, end).matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
}

/** Versions of the AWS CLI that know no AWS_ENDPOINT_URL_AMPLIFY: before 1.29 and 2.13. */
const isOld = /^aws-cli\/(?:1\.(?:1?\d|2[0-8])|2\.(?:\d|1[0-2]))\./.test(awsVersion ?? '');

describe.skipIf(!awsVersion)('The chapter of README on builds', { timeout: 120_000 }, () => {
  let backline: Backline;
  let folder: string;
  let appId: string;

  beforeAll(async () => {
    backline = await startBackline();
    folder = mkdtempSync(join(tmpdir(), 'backline-readme-'));
  });
  afterAll(async () => {
    await backline.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs blocks in one bash that ends with the first command that fails. */
  async function bash(...blocks: readonly string[]): Promise<string> {
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      LANG: 'C.UTF-8',
      GIT_CONFIG_NOSYSTEM: '1',
      AWS_CONFIG_FILE: empty,
      AWS_SHARED_CREDENTIALS_FILE: empty,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
    };
    const old = isOld ? `aws() { command aws --endpoint-url ${backline.endpoint} "$@"; }` : '';
    const script = ['set -e', `cd '${folder}'`, keys, old, ...blocks].join('\n');
    const own = script.replaceAll('http://127.0.0.1:4620', backline.endpoint);
    const { code, stdout, stderr } = await runToEnd('bash', ['-c', own], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  }

  test('builds the repository and serves the site', async () => {
    const output = await bash(createAndStart, 'echo "APP=$APP"');
    expect(output).toContain('"status": "PENDING"');
    [, appId = ''] = /APP=(d\w+)\n$/.exec(output) ?? [];
    const lines = printed.split('\n').map((line) => line.replace(/ +/, '\t'));
    const shown = await pollUntil(
      () => bash('export AWS_ENDPOINT_URL_AMPLIFY=http://127.0.0.1:4620', `APP=${appId}`, look),
      (text) => text.includes('VERIFY\tSUCCEED') || text.includes('FAILED'),
    );
    expect(shown.split('\n')).toEqual(lines);
    const { stdout } = await runToEnd('git', ['-C', join(folder, 'shop'), 'rev-parse', 'main']);
    const { body } = await visit(backline.endpoint, { appId, branchName: 'main' });
    expect(body).toBe(`<h1>Built from ${stdout.trim()}</h1>\n`);
  });

  test('builds the working copy without a server', async () => {
    const [, ...args] = /^npm run -s backline -- (.+)$/m.exec(localBuild)?.[1]?.split(' ') ?? [];
    const { code, stdout } = await runProgram(['build', ...args], {
      folder,
      environment: { ...gitTestEnvironment, HOME: folder },
    });
    expect(stdout).toMatch(/The artifact is in .*: 1 file\.\n$/);
    expect(code).toBe(0);
  });
});
