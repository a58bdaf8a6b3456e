import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

/** What `aws --version` says, such as aws-cli/2.9.19; undefined where there is no AWS CLI, but never in CI. */
export const awsVersion = findVersion();
if (!awsVersion && process.env.CI) throw new Error('The AWS CLI (aws) was not found.');

function findVersion(): string | undefined {
  try {
    return execFileSync('aws', ['--version'], { encoding: 'utf8', stdio: 'pipe' }).split(' ')[0];
  } catch {
    return undefined;
  }
}

/** The exit code for a refusal by the service. AWS documentation: AWS CLI user guide, "return codes". */
const refused = awsVersion?.startsWith('aws-cli/1.') ? [254, 255] : [254];

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `aws amplify …` against one server, without anything of this user's configuration. */
export interface AwsCli {
  /** A folder of its own for what a test needs. */
  readonly folder: string;
  run(...args: string[]): Promise<Ended>;
  /** The JSON that a command prints, its times made one form: version 1 prints numbers, version 2 text. */
  printed(...args: string[]): Promise<unknown>;
  /** The text on standard error of a command that the service refuses. */
  refusal(...args: string[]): Promise<string>;
  remove(): void;
}

export function createAwsCli(endpoint: string): AwsCli {
  const folder = mkdtempSync(join(tmpdir(), 'backline-cli-'));
  writeFileSync(join(folder, 'empty'), '');
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_CONFIG_FILE: join(folder, 'empty'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'empty'),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    PYTHONIOENCODING: 'utf-8',
    LC_ALL: 'C.UTF-8',
  };
  const run = (...args: string[]) => runToEnd('aws', ['amplify', ...args, '--endpoint-url', endpoint], env);
  return {
    folder,
    run,
    async printed(...args) {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      if (stdout.trim() === '') return undefined;
      return JSON.parse(stdout, (name, value) => (/Time$/.test(name) ? momentOf(value) : value));
    },
    async refusal(...args) {
      const { code, stdout, stderr } = await run(...args);
      expect(refused).toContain(code);
      expect(stdout).toBe('');
      // Newer versions put their own name before it.
      return stderr.trim().replace(/^aws: \[ERROR\]: /, '');
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a program of the machine to its end. */
export function runToEnd(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = { PATH: process.env.PATH },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

/** Epoch milliseconds. */
function momentOf(printed: number | string): number {
  return typeof printed === 'number' ? Math.round(printed * 1000) : Date.parse(printed);
}
