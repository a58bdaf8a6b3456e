import { describe, expect, test } from 'vitest';
import { type BuildSpec, readBuildSpec } from './build-spec.ts';

function specOf(value: unknown, monorepoRoot?: string): BuildSpec {
  const read = readBuildSpec(value, monorepoRoot);
  if ('problem' in read) throw read.problem;
  return read.spec;
}

function problemOf(value: unknown, monorepoRoot?: string) {
  const read = readBuildSpec(value, monorepoRoot);
  if ('spec' in read) throw new Error('It was read');
  const { lines, path, isVerbatim } = read.problem;
  return { lines, path, isVerbatim };
}

const empty: BuildSpec = {
  ...{ appRoot: undefined, buildPath: undefined, variables: {}, backend: [], frontend: [] },
  ...{ artifacts: undefined, cachePaths: [], test: undefined, customHeaders: undefined },
};
const phase = (...commands: unknown[]) => ({ commands });
const frontend = (members: unknown) => specOf({ version: 1, frontend: members });

describe('a build spec', () => {
  // AWS documentation: "Build specification reference".
  test('is read with all of its parts', () => {
    const written = {
      version: 1,
      env: { variables: { KEY: 'value', PORT: 80, DEBUG: true, NOTHING: null, AWS_MINE: 'yes' } },
      backend: { phases: { postBuild: phase('c'), preBuild: phase('a'), build: phase('b') } },
      frontend: {
        buildPath: '/',
        phases: { preBuild: phase('npm ci'), build: phase('npm run build', 'ls') },
        artifacts: { baseDirectory: 'dist', files: ['**/*', '*.js'], 'discard-paths': 'yes' },
        cache: { paths: ['node_modules/**/*', '!x'] },
        customHeaders: [{ pattern: '*' }],
      },
      test: {
        phases: { preTest: phase('a'), test: phase('b'), postTest: phase('c') },
        artifacts: { baseDirectory: 'cypress', configFilePath: '**/m.json', files: ['**/*.png'] },
      },
    };
    expect(specOf(written)).toEqual({
      appRoot: undefined,
      buildPath: '/',
      variables: { KEY: 'value', PORT: '80', DEBUG: 'true', NOTHING: '', AWS_MINE: 'yes' },
      backend: [
        { name: 'preBuild', commands: ['a'] },
        { name: 'build', commands: ['b'] },
        { name: 'postBuild', commands: ['c'] },
      ],
      frontend: [
        { name: 'preBuild', commands: ['npm ci'] },
        { name: 'build', commands: ['npm run build', 'ls'] },
      ],
      artifacts: { baseDirectory: 'dist', files: ['**/*', '*.js'], discardPaths: true },
      cachePaths: ['node_modules/**/*', '!x'],
      test: {
        phases: [
          { name: 'preTest', commands: ['a'] },
          { name: 'test', commands: ['b'] },
          { name: 'postTest', commands: ['c'] },
        ],
        artifacts: { baseDirectory: 'cypress', files: ['**/*.png'], discardPaths: false },
        configFilePath: '**/m.json',
      },
      customHeaders: [{ pattern: '*' }],
    });
  });

  test.each([
    ['nothing but a version', { version: '1.0' }],
    ['an odd version', { version: [{}] }],
    ['keys without values', { env: null, backend: null, frontend: null, test: null, applications: null }],
    [
      'phases without values',
      { backend: { phases: null }, frontend: { phases: { build: null }, cache: null } },
    ],
    ['empty commands', { frontend: { phases: { preBuild: phase(), build: { commands: null } } } }],
    ['commands that are commented out', { frontend: { phases: { build: phase(null, null) } } }],
    // Samples of the AWS documentation that its own grammar does not have.
    ['a phase beside the phases', { frontend: { phases: {}, build: phase('a') } }],
    ['commands above the phase', { frontend: { phases: { commands: { build: ['a'] } } } }],
    ['parts of the frontend at the top', { build: phase('a'), artifacts: { files: 5 }, cache: 5, phases: 5 }],
    ['an appRoot outside of a monorepo', { appRoot: 5 }],
  ])('with %s does nothing', (_what, written) => {
    expect(specOf(written)).toEqual(empty);
  });

  test('knows the other spelling of buildPath', () => {
    expect(frontend({ buildpath: 'a' }).buildPath).toBe('a');
    expect(frontend({ buildpath: 'a', buildPath: 'b' }).buildPath).toBe('b');
  });

  test('makes text of the numbers and booleans among the commands, and leaves out what is empty', () => {
    expect(frontend({ phases: { build: phase(null, 1.5, false, 'a') } }).frontend).toEqual([
      { name: 'build', commands: ['1.5', 'false', 'a'] },
    ]);
  });

  test('keeps a variable with a name that objects have', () => {
    const { variables } = specOf(JSON.parse('{"env":{"variables":{"__proto__":"a","constructor":"b"}}}'));
    expect(Object.entries(variables)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(frontend({}).variables).toEqual({});
  });

  test('has the custom headers of the app before those of its frontend', () => {
    expect(specOf({ customHeaders: 'app', frontend: { customHeaders: 'site' } }).customHeaders).toBe('app');
    expect(specOf({ customHeaders: null, frontend: { customHeaders: 'site' } }).customHeaders).toBe('site');
  });
});

describe('artifacts', () => {
  test.each([
    ['without files', { baseDirectory: 'a' }, { baseDirectory: 'a', files: ['**/*'] }],
    ['with empty files', { files: null }, { files: ['**/*'] }],
    ['with a list of no files', { files: [] }, { files: [] }],
    ['with one file', { files: '*.js' }, { files: ['*.js'] }],
    [
      'with a folder that looks like a number',
      { baseDirectory: 2024 },
      { baseDirectory: '2024', files: ['**/*'] },
    ],
    [
      'that are flattened: yes',
      { files: ['a'], 'discard-paths': 'Yes' },
      { files: ['a'], discardPaths: true },
    ],
    [
      'that are flattened: true',
      { files: ['a'], 'discard-paths': true },
      { files: ['a'], discardPaths: true },
    ],
    ['that are not flattened: no', { files: ['a'], 'discard-paths': 'no' }, { files: ['a'] }],
    ['that are not flattened: false', { files: ['a'], 'discard-paths': 'false' }, { files: ['a'] }],
  ])('%s', (_what, artifacts, expected) => {
    const rules = { baseDirectory: undefined, discardPaths: false, ...expected };
    expect(frontend({ artifacts }).artifacts).toEqual(rules);
    expect(specOf({ test: { artifacts } }).test).toEqual({
      ...{ phases: [], artifacts: rules, configFilePath: undefined },
    });
  });

  test('are absent where the key has no value', () => {
    expect(frontend({ artifacts: null }).artifacts).toBeUndefined();
    expect(frontend({ artifacts: {} }).artifacts).toBeDefined();
  });
});

describe('a value of the wrong type is refused', () => {
  const commands = ['frontend', 'phases', 'build', 'commands'];
  const build = (value: unknown) => ({ frontend: { phases: { build: { commands: value } } } });
  const isMap = 'must be text, and is a map: put it in quotes if it contains a colon and a space';
  const variables = (value: unknown) => ({ env: { variables: value } });
  const artifacts = (value: unknown) => ({ frontend: { artifacts: value } });

  test.each<[unknown, string, (string | number)[]]>([
    [null, 'The build spec is empty', []],
    [undefined, 'The build spec is empty', []],
    ['text', 'The build spec must be a map', []],
    [[1], 'The build spec must be a map', []],
    [{ env: [] }, '"env" must be a map', ['env']],
    [{ frontend: 'a' }, '"frontend" must be a map', ['frontend']],
    [{ backend: { phases: [] } }, '"backend.phases" must be a map', ['backend', 'phases']],
    [{ test: true }, '"test" must be a map', ['test']],
    [
      { frontend: { cache: { paths: 'a' } } },
      '"frontend.cache.paths" must be a list',
      ['frontend', 'cache', 'paths'],
    ],
    [build('npm ci'), '"frontend.phases.build.commands" must be a list', commands],
    [build({}), '"frontend.phases.build.commands" must be a list', commands],
    [build(['a', ['b']]), '"frontend.phases.build.commands[1]" must be text', [...commands, 1]],
    [build([{ 'echo foo': 'bar' }]), `"frontend.phases.build.commands[0]" ${isMap}`, [...commands, 0]],
    [
      build(['a\0b']),
      '"frontend.phases.build.commands[0]" must not contain the character NUL',
      [...commands, 0],
    ],
    [{ frontend: { buildPath: [] } }, '"frontend.buildPath" must be text', ['frontend', 'buildPath']],
    [artifacts('dist'), '"frontend.artifacts" must be a map', ['frontend', 'artifacts']],
    [
      artifacts({ files: 5 }),
      '"frontend.artifacts.files" must be a list',
      ['frontend', 'artifacts', 'files'],
    ],
    [
      artifacts({ 'discard-paths': 'on' }),
      '"frontend.artifacts.discard-paths" must be yes or no',
      ['frontend', 'artifacts', 'discard-paths'],
    ],
    [variables(['A=1']), '"env.variables" must be a map', ['env', 'variables']],
    [variables({ A: ['1'] }), '"env.variables.A" must be text', ['env', 'variables', 'A']],
    [
      variables({ 'A-B': '1' }),
      '"env.variables.A-B" is not a name that a variable can have',
      ['env', 'variables', 'A-B'],
    ],
    [
      variables({ 'A\n': '1' }),
      '"env.variables.A\\n" is not a name that a variable can have',
      ['env', 'variables', 'A\n'],
    ],
    [
      variables({ '': '1' }),
      '"env.variables." is not a name that a variable can have',
      ['env', 'variables', ''],
    ],
    [
      variables({ A: 'a'.repeat(32_769) }),
      '"env.variables.A" is longer than 32768 characters',
      ['env', 'variables', 'A'],
    ],
    [
      variables(
        Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`A${index}`, 'a'.repeat(32_000)])),
      ),
      '"env.variables" has more than 262144 characters',
      ['env', 'variables'],
    ],
  ])('%j', (written, text, path) => {
    expect(problemOf(written)).toEqual({ lines: [`!!! CustomerError: ${text}`], path, isVerbatim: false });
  });

  test('and the line that says so stays short', () => {
    const [line] = problemOf(variables({ ['-'.repeat(100_000)]: '1' })).lines;
    expect(line?.length).toBeLessThan(300);
  });
});
