import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GitAccess } from '../../src/builds/git/git-access.ts';
import type { StepLog } from '../../src/builds/job-logs.ts';

const run = promisify(execFile);

/** A bare repository in a temporary folder. */
export interface TestRepository {
  /** `file:///…` */
  readonly url: string;
  readonly folder: string;
  /**
   * Adds a commit to a branch, which need not be there yet.
   * @param files content by path; null removes a file
   * @param links commits of submodules by path
   * @returns the commit's id
   */
  commit(
    branch: string,
    files: Readonly<Record<string, string | null>>,
    message?: string,
    links?: Readonly<Record<string, string>>,
  ): Promise<string>;
  deleteBranch(name: string): Promise<void>;
  /** Runs git in it. @returns what git wrote, without the line break at its end */
  git(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** The environment of git in tests: nobody's settings. */
export const gitTestEnvironment = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann Author',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann Author',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
};

/** When the first commit is made, in epoch seconds; each of the following is a second later. */
export const firstCommitTime = 1_700_000_000;

export async function createRepository(): Promise<TestRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'backline-repository-'));
  const git = async (...args: string[]) => {
    const { stdout } = await run('git', args, { cwd: folder, env: gitTestEnvironment });
    return stdout.replace(/\n$/, '');
  };
  await git('init', '--bare', '--quiet', '--initial-branch=main', '.');
  // As the large providers do.
  await git('config', 'uploadpack.allowFilter', 'true');
  await git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  let time = firstCommitTime;
  return {
    url: `file://${folder}`,
    folder,
    git,
    commit: async (branch, files, message = 'A change', links = {}) => {
      const ref = `refs/heads/${branch}`;
      const parent = await git('for-each-ref', '--format=%(objectname)', ref);
      const identity = `Ann Author <ann@example.com> ${time++} +0000`;
      const stream = [
        `commit ${ref}\nauthor ${identity}\ncommitter ${identity}\n${data(message)}`,
        ...(parent ? [`from ${parent}\n`] : []),
        ...Object.entries(files).map(([path, text]) =>
          text === null ? `D ${path}\n` : `M 100644 inline ${path}\n${data(text)}`,
        ),
        ...Object.entries(links).map(([path, id]) => `M 160000 ${id} ${path}\n`),
      ];
      await importInto(folder, stream.join(''));
      return git('rev-parse', ref);
    },
    deleteBranch: async (name) => void (await git('update-ref', '-d', `refs/heads/${name}`)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;

async function importInto(folder: string, stream: string): Promise<void> {
  const importer = spawn('git', ['fast-import', '--quiet'], { cwd: folder, env: gitTestEnvironment });
  let errors = '';
  importer.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  importer.stdin.end(stream);
  const [code] = await once(importer, 'close');
  if (code !== 0) throw new Error(`git fast-import failed: ${errors}`);
}

/** A place in which repositories are cloned. */
export interface GitPlace {
  readonly folder: string;
  /** HOME of git. */
  readonly home: string;
  readonly log: StepLog;
  /** What was logged, as `LEVEL: text`. */
  readonly lines: readonly string[];
  /** Access to a repository, without a token and with all allowed where nothing else is said. */
  access(url: string, other?: Partial<GitAccess>): GitAccess;
  remove(): Promise<void>;
}

export async function createGitPlace(): Promise<GitPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'backline-git-'));
  const home = join(folder, 'home');
  await mkdir(home);
  const lines: string[] = [];
  const keep = (level: string) => (text: string) => void lines.push(`${level}: ${text}`);
  return {
    folder,
    home,
    lines,
    log: { info: keep('INFO'), warning: keep('WARNING'), error: keep('ERROR'), flush: async () => {} },
    access: (url, other = {}) => ({
      url,
      token: undefined,
      path: process.env.PATH ?? '',
      home,
      policy: { allowLocal: true },
      signal: new AbortController().signal,
      ...other,
    }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
