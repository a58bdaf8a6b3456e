import { describe, expect, test } from 'vitest';
import { BuildFailed } from '../build-failed.ts';
import { parseBuildSpec } from './read-spec.ts';

function failureOf(text: string, monorepoRoot?: string, name = 'amplify.yml') {
  try {
    parseBuildSpec(text, monorepoRoot, name);
  } catch (error) {
    if (!(error instanceof BuildFailed)) throw error;
    return { message: error.message, lines: error.lines };
  }
  throw new Error('It was read');
}

// AWS documentation: "Build specification reference".
test('a build spec is read from its text', () => {
  const text = `version: 1
frontend:
  phases:
    build:
      commands:
        - # nvm use 22
        - npm run build
        - |
          echo a
          echo b
  artifacts:
    baseDirectory: dist
    files:
      - '**/*'
    discard-paths: yes
  cache:
    paths: [node_modules/**/*]
`;
  const spec = parseBuildSpec(text, undefined, 'amplify.yml');
  expect(spec.frontend).toEqual([{ name: 'build', commands: ['npm run build', 'echo a\necho b\n'] }]);
  expect(spec.artifacts).toEqual({ baseDirectory: 'dist', files: ['**/*'], discardPaths: true });
  expect(spec.cachePaths).toEqual(['node_modules/**/*']);
});

test('phases that two applications share are merged into them', () => {
  const text = `shared: &shared
  phases: { build: { commands: [npm run build] } }
applications:
  - appRoot: a
    frontend:
      <<: *shared
      artifacts: { baseDirectory: dist }
  - appRoot: b
    frontend: *shared
`;
  const { frontend, artifacts } = parseBuildSpec(text, 'a', 'amplify.yml');
  expect(frontend).toEqual([{ name: 'build', commands: ['npm run build'] }]);
  expect(artifacts?.baseDirectory).toBe('dist');
});

describe('a failure says where the text is wrong', () => {
  const command = (line: string) => `frontend:\n  phases:\n    build:\n      commands:\n        - ${line}\n`;
  const unparsed = 'CustomerError: Unable to parse build spec: ';
  test.each([
    ['', 'CustomerError: The build spec is empty (amplify.yml)'],
    ['a text', 'CustomerError: The build spec must be a map (amplify.yml, line 1, column 1)'],
    [
      command('echo foo: bar'),
      'CustomerError: "frontend.phases.build.commands[0]" must be text, and is a map: put it in quotes if it contains a colon and a space (amplify.yml, line 5, column 11)',
    ],
    [
      'frontend:\n  phases:\n    build:\n      commands: npm ci\n',
      'CustomerError: "frontend.phases.build.commands" must be a list (amplify.yml, line 4, column 17)',
    ],
    [
      'frontend:\n  phases:\n  - build\n',
      'CustomerError: "frontend.phases" must be a map (amplify.yml, line 3, column 3)',
    ],
    [
      'version: 1\nfrontend:\n phases:\n  a: 1\n   b: 2\n',
      `${unparsed}Nested mappings are not allowed in compact mappings (amplify.yml, line 4, column 6)`,
    ],
    [
      'frontend:\n\tphases: 1\n',
      `${unparsed}Tabs are not allowed as indentation (amplify.yml, line 2, column 1)`,
    ],
    [
      '['.repeat(500_000),
      `${unparsed}It is nested more than 50 levels deep (amplify.yml, line 1, column 51)`,
    ],
    ['a'.repeat(1_048_577), `${unparsed}It is longer than 1048576 characters (amplify.yml)`],
  ])('%.30j', (text, message) => {
    expect(failureOf(text)).toEqual({ message, lines: [`!!! ${message}`] });
  });

  test('in the text that is named', () => {
    expect(failureOf('a text', undefined, 'the build settings').message).toContain(
      '(the build settings, line 1, column 1)',
    );
  });
});

describe('the lines of AWS stay as they are', () => {
  const text = 'version: 1\napplications:\n  - appRoot: a\n  - appRoot: b\n';
  test.each<[string, string, string | undefined, string, string[]]>([
    [
      'with a wanted root that is not there',
      text,
      'c',
      'Invalid monorepo spec, no appRoot matching c found',
      [
        '!!!Invalid monorepo spec, no appRoot matching c found',
        '!!!Invalid monorepo app root, please set correct AMPLIFY_MONOREPO_APP_ROOT environment variable',
        '!!!Unable to save headers',
        '!!! See amplify.yml, line 3, column 3',
      ],
    ],
    [
      'with no wanted root',
      text,
      undefined,
      'Error: V2 amplify.yml found with multiple appRoots and no target appRoot set',
      [
        '!!! Error: V2 amplify.yml found with multiple appRoots and no target appRoot set',
        '!!! See amplify.yml, line 3, column 3',
      ],
    ],
    [
      'with a root that is no text',
      'applications:\n  - appRoot: 5\n',
      'a',
      'CustomerError: : Invalid Monorepo spec provided. The "appRoot" key needs to be a string',
      [
        '!!! CustomerError: : Invalid Monorepo spec provided. The "appRoot" key needs to be a string',
        '!!! See amplify.yml, line 2, column 14',
      ],
    ],
    [
      'with no applications',
      'version: 1\n',
      'a',
      'CustomerError: Monorepo spec provided without "applications" key',
      ['!!! CustomerError: Monorepo spec provided without "applications" key'],
    ],
  ])('%s', (_what, written, monorepoRoot, message, lines) => {
    expect(failureOf(written, monorepoRoot)).toEqual({ message, lines });
  });

  test('and the message is one line whatever the root', () => {
    expect(failureOf(text, 'c\nd').message).toBe('Invalid monorepo spec, no appRoot matching c d found');
  });
});
