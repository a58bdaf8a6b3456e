import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { linesOf, page, specOf } from '../support/builds.ts';
import { artifactIn, createProject } from '../support/local-projects.ts';
import { runProgram } from '../support/process.ts';

/** What `backline build` cannot build, and what it says then. */

function createFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'backline-refused-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('backline build refuses, before anything runs,', () => {
  const refusalOf = async (folder: string, ...args: string[]) => {
    const { code, stdout, stderr } = await runProgram(['build', ...args], { folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    return stderr;
  };
  const files = { 'amplify.yml': specOf([page()]) };

  test.each([
    [['nowhere'], "There is no folder 'nowhere'."],
    [[''], "There is no folder ''."],
    [['amplify.yml'], "'amplify.yml' is a file, and not the folder of a project."],
    [['.', 'out', 'more'], "This command takes no 'more'; see its --help."],
    [['.', '--port', '1'], "Unknown option '--port'."],
    [['--build-sandbox', 'docker'], "--build-sandbox takes none or bubblewrap, not 'docker'."],
    [['--build-variable', 'A'], '--build-variable takes NAME=VALUE, not what it was given.'],
    [['--data', '.'], '. cannot be both what is built and the data folder: name another with --data.'],
  ])('%j', async (args, message) => {
    expect(await refusalOf(createFolder(files), ...args)).toBe(`backline: ${message}\n`);
  });

  test('a data folder that cannot be made', async () => {
    const folder = createFolder(files);
    expect(await refusalOf(folder, '--data', 'amplify.yml')).toBe(
      `backline: The build could not go on: ENOTDIR: not a directory, mkdir '${folder}/amplify.yml/builds'\n`,
    );
  });

  test('a command that is none', async () => {
    const { code, stdout, stderr } = await runProgram(['builds', '.']);
    const message = "backline: There is no command 'builds .'; see backline --help.\n";
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: message });
  });
});

test('backline build --help says what it takes', async () => {
  const { code, stdout, stderr } = await runProgram(['build', '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Usage: backline build \[DIR\] \[OUTPUT\] \[FLAGS\]\n/);
  const flags = [...stdout.matchAll(/^ {2}--([a-z-]+) .*\[BACKLINE_[A-Z_]+\]$/gm)].map(([, flag]) => flag);
  expect(flags).toEqual([
    ...['data', 'build-sandbox', 'build-memory', 'build-processes', 'build-disk', 'build-variable'],
    ...['build-secrets', 'build-ci', 'spec-variables'],
  ]);
});

test('without words the folder that one is in is built, with the data folder in it', async () => {
  const folder = createFolder({ 'amplify.yml': specOf([page()]) });
  const { code, stdout } = await runProgram(['build'], { folder });
  expect(code).toBe(0);
  expect(stdout).toContain(`The artifact is in ${folder}/.backline/local-builds/`);
});

test('a folder without amplify.yml is published as it is when nothing is to be built', async () => {
  const project = createProject({ 'index.html': 'plain' });
  const output = join(project.around, 'out');
  const { code, stdout } = await project.build(output);
  expect(code).toBe(0);
  expect(linesOf(stdout)).toContain(
    'INFO # No build spec found. Detected framework: Web, no commands, artifacts: /',
  );
  expect(artifactIn(output)).toEqual({ 'index.html': 'plain' });
});

describe('the last line of a build that cannot be', () => {
  const lastLine = async (files: Readonly<Record<string, string>>, prepare?: (folder: string) => void) => {
    const project = createProject(files);
    prepare?.(project.folder);
    const { code, stderr } = await project.build();
    expect(code).toBe(1);
    return stderr.replaceAll(project.folder, '…');
  };

  test.each([
    ['version: 1\nfrontend: [\n', 3, 1],
    ['version: 1\nfrontend:\n  phases:\n    build:\n      commands: 5\n', 5, 17],
  ])('says where amplify.yml is wrong: %j', async (text, line, column) => {
    const place = `(amplify.yml, line ${line}, column ${column})`;
    const stderr = await lastLine({ 'amplify.yml': text });
    expect(stderr).toMatch(/^backline: CustomerError: [^\n]+\n$/);
    expect(stderr).toContain(place);
  });

  test('says that there is no artifact', async () => {
    expect(await lastLine({ 'amplify.yml': specOf(['true']) })).toBe(
      "backline: CustomerError: Artifact directory doesn't exist: dist\n",
    );
  });

  test('says that there is nothing to build', async () => {
    expect(await lastLine({})).toBe('backline: There is nothing to build in …: it holds no files.\n');
    const around = createProject({ '.gitignore': 'site\n', 'site/index.html': '' });
    around.commit();
    const site = join(around.folder, 'site');
    const { code, stderr } = await runProgram(['build', site, '--data', around.data]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `backline: There is nothing to build in ${site}: git knows of no files there, or ignores all.\n`,
    });
  });

  test('says in git’s words what is wrong with the repository', async () => {
    const stderr = await lastLine({ 'index.html': '' }, (folder) => {
      mkdirSync(join(folder, '.git/objects'), { recursive: true });
      mkdirSync(join(folder, '.git/refs'));
      writeFileSync(join(folder, '.git/HEAD'), 'ref: refs/heads/main\n');
      writeFileSync(join(folder, '.git/index'), 'not an index');
    });
    expect(stderr).toMatch(/^backline: git cannot read the working copy …: fatal: .*index.*\n$/);
  });
});

test('a file whose name is no text is left out, and the log says so', async () => {
  const project = createProject({ 'index.html': 'plain' });
  writeFileSync(
    Buffer.concat([Buffer.from(`${project.folder}/b`), Buffer.from([0xe4]), Buffer.from('h')]),
    '',
  );
  const { code, stdout } = await project.build();
  expect(code).toBe(0);
  expect(linesOf(stdout)).toContain('WARNING ! b\ufffdh is left out: it has gone, or its name is not UTF-8.');
});
