import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandboxes } from '../support/build-shell.ts';
import { linesOf, outputOf, page, specOf } from '../support/builds.ts';
import { artifactIn, createProject, everythingIn, leftIn } from '../support/local-projects.ts';
import { type Output, runProgram } from '../support/process.ts';

/** `backline build` on a working copy of somebody's. */

/** Of a build that must succeed what its log says, and where its artifact is. */
function succeeded({ code, stdout, stderr }: Output) {
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  const [, log = '', output = '', files] =
    /^(.*\n)The artifact is in (.*): (\d+ files?)\.\n$/s.exec(stdout) ?? [];
  return { lines: linesOf(log), output, files };
}

/** Of a build that must fail its log and what it says in the end. */
function failed({ code, stdout, stderr }: Output) {
  expect(code).toBe(1);
  return { lines: linesOf(stdout), stderr };
}

/** A command that puts a list of all files into the artifact: path, mode of a file, and where a link leads. */
const list = String.raw`find . -path ./dist -prune -o ! -type d -printf '%P %y%m %l\0' > dist/list`;

function listed(folder: string): string[] {
  return readFileSync(join(folder, 'list'), 'utf8').split('\0').slice(0, -1).toSorted();
}

describe.each(sandboxes)('backline build with the sandbox %s', (sandbox) => {
  const flags = ['--build-sandbox', sandbox];

  test('builds what git has and what it would take, as it is now, and leaves it as it is', async () => {
    const show = 'echo "$AWS_BRANCH:$(cat kept changed)"; bin/run';
    const project = createProject({
      'amplify.yml': specOf([page('built'), list, show, 'echo spoilt > kept; rm changed']),
      '.gitignore': 'ignored\nnode_modules\n',
      kept: 'kept',
      changed: 'before',
      deleted: '',
      ignored: '',
      'node_modules/a/index.js': '',
      'bin/run': { script: '#!/bin/sh\necho it runs\n' },
      'deep/link': { link: '../kept' },
      dangling: { link: 'nowhere' },
      'to folder': { link: 'deep' },
      'two words/a\nb "c" \\d ä': 'strange',
    });
    project.commit();
    project.write({ changed: ' after', 'new file': '', 'deep/new': '' });
    project.git('rm', '--quiet', 'deleted');
    const before = everythingIn(project.folder);

    const { lines, output, files } = succeeded(await project.build(...flags));
    expect(everythingIn(project.folder)).toEqual(before);
    expect(outputOf({ lines }, show)).toEqual(['INFO trunk:kept after', 'INFO it runs']);
    expect(files).toBe('2 files');
    expect(artifactIn(output)['index.html']).toBe('built\n');
    expect(listed(output)).toEqual([
      '.gitignore f644 ',
      'amplify.yml f644 ',
      'bin/run f755 ',
      'changed f644 ',
      'dangling l777 nowhere',
      'deep/link l777 ../kept',
      'deep/new f644 ',
      'kept f644 ',
      'new file f644 ',
      'to folder l777 deep',
      'two words/a\nb "c" \\d ä f644 ',
    ]);
  });

  test('builds a folder without a repository, but what was installed there', async () => {
    const project = createProject({
      'amplify.yml': specOf([page(), list, 'echo "$AWS_BRANCH $AWS_COMMIT_ID"']),
      'node_modules/a/index.js': '',
      'sub/node_modules/a/index.js': '',
      'sub/.hidden': '',
    });
    const before = everythingIn(project.folder);
    const { lines, output } = succeeded(await project.build(...flags));
    expect(everythingIn(project.folder)).toEqual(before);
    expect(listed(output)).toEqual(['amplify.yml f644 ', 'sub/.hidden f644 ']);
    expect(outputOf({ lines }, 'echo "$AWS_BRANCH $AWS_COMMIT_ID"')).toEqual(['INFO main HEAD']);
  });

  test('ends with 1 and a line that says why when a command fails; the log is on standard output', async () => {
    const project = createProject({
      'amplify.yml': specOf([page(), 'echo bad >&2; (exit 3)', 'echo no more']),
    });
    const output = join(project.around, 'output');
    const { lines, stderr } = failed(await project.build(output, ...flags));
    expect(stderr).toBe('backline: Non-Zero Exit Code detected: 3 by the command: echo bad >&2; (exit 3)\n');
    expect(lines).toContain('WARNING bad');
    expect(lines).toContain('ERROR !!! Build failed');
    expect(lines).not.toContain('INFO no more');
    expect(existsSync(output)).toBe(false);
  });

  test('keeps the cache and what envCache was given from one time to the next', async () => {
    const look = 'cat dist/index.html 2>/dev/null || echo no cache; echo "[$(envCache --get KEY)]"';
    const commands = [look, 'envCache --set KEY "a value"', page('first')];
    const project = createProject({
      'amplify.yml': specOf(commands, { frontend: { cache: { paths: ['dist/**/*'] } } }),
    });
    const [first, second] = [
      succeeded(await project.build(...flags)),
      succeeded(await project.build(...flags)),
    ];
    expect(outputOf(first, look)).toEqual(['INFO no cache', 'INFO []']);
    expect(outputOf(second, look)).toEqual(['INFO first', 'INFO [a value]']);
    // Another folder of the same name has a cache of its own.
    const other = join(project.around, 'other', basename(project.folder));
    cpSync(project.folder, other, { recursive: true });
    const third = succeeded(await runProgram(['build', other, '--data', project.data, ...flags]));
    expect(outputOf(third, look)).toEqual(['INFO no cache', 'INFO []']);
  });

  test('runs the tests, and fails with them', async () => {
    const project = createProject({
      'amplify.yml': specOf([page()], {
        test: { phases: { preTest: { commands: ['echo tested'] }, test: { commands: ['[ -z "$FAIL" ]'] } } },
      }),
    });
    expect(succeeded(await project.build(...flags)).lines).toContain('INFO tested');
    const { lines, stderr } = failed(await project.build(...flags, '--build-variable', 'FAIL=1'));
    expect(lines).toContain('INFO tested');
    expect(stderr).toBe('backline: Non-Zero Exit Code detected: 1 by the command: [ -z "$FAIL" ]\n');
    const without = ['--build-variable', 'FAIL=1', '--build-variable', 'USER_DISABLE_TESTS=true'];
    expect(succeeded(await project.build(...flags, ...without)).lines).not.toContain('INFO tested');
  });
});

test('the data folder may lie in the working copy: it is not built', async () => {
  const project = createProject({ 'amplify.yml': specOf([page(), list]) });
  project.commit();
  const data = join(project.folder, '.backline');
  mkdirSync(data);
  writeFileSync(join(data, 'secret.key'), 'secret');
  const link = join(project.around, 'link');
  symlinkSync(data, link);
  const before = everythingIn(join(project.folder, '.git'));
  for (const flag of [data, link]) {
    const { output } = succeeded(await project.build('--data', flag));
    expect(output.startsWith(join(data, 'local-builds'))).toBe(true);
    expect(listed(output)).toEqual(['amplify.yml f644 ']);
  }
  expect(everythingIn(join(project.folder, '.git'))).toEqual(before);
});

describe('what an app would set', () => {
  test('comes from --build-variable', async () => {
    const show = 'echo "$ONE|$TWO|$AWS_BRANCH"; pwd';
    const application = (appRoot: string, text: string) => ({
      appRoot,
      frontend: {
        phases: { build: { commands: [show, page(text)] } },
        artifacts: { baseDirectory: 'dist', files: ['**/*'] },
      },
    });
    const spec = { version: 1, applications: [application('apps/a', 'a'), application('apps/b', 'b')] };
    const project = createProject({
      'amplify.yml': JSON.stringify(spec),
      'apps/a/x': '',
      'apps/b/x': '',
    });
    const variables = ['ONE=1=1, one', 'TWO=', 'AMPLIFY_MONOREPO_APP_ROOT=apps/b', 'AWS_BRANCH=mine'];
    const flags = variables.flatMap((variable) => ['--build-variable', variable]);
    const { lines, output } = succeeded(await project.build(...flags));
    const [first, folder] = outputOf({ lines }, show);
    expect([first, folder?.endsWith('/apps/b')]).toEqual(['INFO 1=1, one||mine', true]);
    expect(artifactIn(output)).toEqual({ 'index.html': 'b\n' });
  });

  test('has its secrets from --build-secrets, by the last part of their names', async () => {
    const show = 'echo "$secrets"';
    const project = createProject({ 'amplify.yml': specOf([show, page()]) });
    const file = join(project.around, 'secrets.json');
    const secrets = {
      '/amplify/d1/main/KEY': 'value',
      '/amplify/d1/main/deeper/OTHER': '2',
      '/amplify/d1/': 'x',
    };
    writeFileSync(file, JSON.stringify(secrets));
    const { lines } = succeeded(await project.build('--build-secrets', file));
    expect(outputOf({ lines }, show)).toEqual(['INFO {"KEY":"value","OTHER":"2"}']);
    const { stderr } = failed(await project.build('--build-secrets', `${file}.not`));
    expect(stderr).toMatch(/^backline: The file of --build-secrets cannot be read: it is not there\n$/);
  });
});

describe('the artifact', () => {
  const files = { 'amplify.yml': specOf([page('first'), 'mkdir dist/a; echo 2 > "dist/a/b c"']) };
  const artifact = { 'a/b c': '2\n', 'index.html': 'first\n' };

  test('is in a folder of the data folder, where only the last one is kept', async () => {
    const project = createProject(files);
    const first = succeeded(await project.build());
    expect(first.output.startsWith(`${project.data}/local-builds/my-shop-`)).toBe(true);
    expect([first.files, artifactIn(first.output)]).toEqual(['2 files', artifact]);
    project.write({ 'amplify.yml': specOf([page('second')]) });
    const second = succeeded(await project.build());
    expect([second.output, second.files]).toEqual([first.output, '1 file']);
    expect(artifactIn(second.output)).toEqual({ 'index.html': 'second\n' });
    // A build that fails leaves the last one where it is.
    project.write({ 'amplify.yml': specOf(['false']) });
    failed(await project.build());
    expect(artifactIn(second.output)).toEqual({ 'index.html': 'second\n' });
    expect(leftIn(project.data)).toEqual([]);
  });

  test('is put into a folder that is named, which may be there', async () => {
    const project = createProject(files);
    const empty = join(project.around, 'empty');
    mkdirSync(empty);
    // Also below the working copy.
    for (const folder of [empty, join(project.around, 'new/folder'), join(project.folder, 'out')]) {
      expect(succeeded(await project.build(folder)).output).toBe(folder);
      expect(artifactIn(folder)).toEqual(artifact);
    }
  });

  test('overwrites nothing: the folder must be empty, and be one', async () => {
    const project = createProject({ ...files, mine: 'mine' });
    const before = everythingIn(project.folder);
    const attempt = async (folder: string) => {
      const { code, stdout, stderr } = await project.build(folder);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      return stderr.replaceAll(project.around, '…');
    };
    expect(await attempt(project.folder)).toBe(
      'backline: The artifact cannot be put into …/my shop: the folder is not empty. ' +
        'Name a new one, or remove what is there.\n',
    );
    for (const name of ['mine', 'mine/below']) {
      expect(await attempt(join(project.folder, name))).toBe(
        `backline: The artifact cannot be put into …/my shop/${name}: it is a file, or below one.\n`,
      );
    }
    expect(everythingIn(project.folder)).toEqual(before);
  });
});
