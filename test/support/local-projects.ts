import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Output, runProgram } from './process.ts';
import { gitTestEnvironment } from './repositories.ts';

/** A file is its text, a link where it leads, a program the text of its script. */
export type LocalFile = string | { readonly link: string } | { readonly script: string };
export type LocalFileSet = Readonly<Record<string, LocalFile>>;

/** A folder that somebody works in, and what `backline build` makes of it. */
export interface LocalProject {
  /** Around the working copy; it and what tests put into it are gone with the test. */
  readonly around: string;
  /** The working copy. */
  readonly folder: string;
  readonly data: string;
  write(files: LocalFileSet): void;
  git(...args: string[]): void;
  /** Makes a repository of it on the branch `trunk` and commits all that is there. */
  commit(): void;
  /** Runs `backline build` with the folder, the data folder, and these arguments. */
  build(...args: string[]): Promise<Output>;
  /** As `build`, as a terminal starts it: in a group of its own. */
  start(...args: string[]): ChildProcess;
}

export function createProject(files: LocalFileSet): LocalProject {
  const around = realpathSync(mkdtempSync(join(tmpdir(), 'backline-local-')));
  const folder = join(around, 'my shop');
  const data = join(around, 'data');
  mkdirSync(folder);
  writeAll(folder, files);
  const git = (...args: string[]) =>
    void execFileSync('git', args, { cwd: folder, env: gitTestEnvironment, stdio: 'pipe' });
  const running: ChildProcess[] = [];
  onTestFinished(() => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(around, { recursive: true, force: true });
  });
  const wordsOf = (args: readonly string[]) => ['build', folder, '--data', data, ...args];
  return {
    ...{ around, folder, data, git },
    write: (changes) => writeAll(folder, changes),
    commit: () => {
      git('init', '--quiet', '--initial-branch=trunk');
      git('add', '--all');
      git('commit', '--quiet', '--message', 'First');
    },
    build: (...args) => runProgram(wordsOf(args)),
    start: (...args) => {
      const program = join(import.meta.dirname, '../../dist/main.js');
      const child = spawn(process.execPath, [program, ...wordsOf(args)], {
        env: { PATH: process.env.PATH },
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      });
      running.push(child);
      return child;
    },
  };
}

function writeAll(folder: string, files: LocalFileSet): void {
  for (const [name, file] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof file === 'string') writeFileSync(path, file);
    else if ('link' in file) symlinkSync(file.link, path);
    else {
      writeFileSync(path, file.script);
      chmodSync(path, 0o755);
    }
  }
}

/** Everything below a folder: of each file its mode, and its content or where it leads. */
export function everythingIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(paths.toSorted().map((path) => [path, describeFile(join(folder, path))]));
}

function describeFile(path: string): string {
  const info = lstatSync(path);
  const mode = (info.mode & 0o777).toString(8);
  if (info.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  return info.isFile() ? `${mode} ${readFileSync(path, 'latin1')}` : mode;
}

/** The files of an artifact by their names. */
export function artifactIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.toSorted().map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
}

/** What is there of builds in a data folder that is gone with them: their folders, and what says that they run. */
export function leftIn(data: string): string[] {
  const paths = Object.keys(everythingIn(data));
  return paths.filter((path) => /^builds\/(?!\.gitignore$)|\/runs\/|\/artifact-|\/cache\.json\./.test(path));
}
