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

const phase = (...commands: unknown[]) => ({ commands });

describe('a monorepo', () => {
  const application = (appRoot: unknown, command = 'a') => ({
    appRoot,
    frontend: { phases: { build: phase(command) } },
  });
  const both = { version: 1, applications: [application('apps/a', 'a'), application('apps/b', 'b')] };

  test('is built from the root that the variable names', () => {
    const { appRoot, frontend } = specOf(both, 'apps/b');
    expect({ appRoot, frontend }).toEqual({
      appRoot: 'apps/b',
      frontend: [{ name: 'build', commands: ['b'] }],
    });
  });

  test.each([undefined, ''])('of one root needs no variable: %j', (variable) => {
    const { appRoot, frontend } = specOf({ frontend: 5, applications: [application('apps/a')] }, variable);
    expect(appRoot).toBe('apps/a');
    expect(frontend).toHaveLength(1);
  });

  const notText =
    '!!! CustomerError: : Invalid Monorepo spec provided. The "appRoot" key needs to be a string';
  const noApplications = '!!! CustomerError: Monorepo spec provided without "applications" key';
  test.each<[string, unknown, string | undefined, string[], (string | number)[] | undefined]>([
    ['without applications', { version: 1, frontend: {} }, 'apps/a', [noApplications], undefined],
    ['with empty applications', { applications: null }, 'apps/a', [noApplications], undefined],
    [
      'with a root that is no text',
      { applications: [application('apps/a'), application(5)] },
      'apps/a',
      [notText],
      ['applications', 1, 'appRoot'],
    ],
    [
      'with no root',
      { applications: [{ frontend: {} }] },
      undefined,
      [notText],
      ['applications', 0, 'appRoot'],
    ],
    [
      'without the wanted root',
      { applications: [application('apps/a')] },
      'apps/b',
      [
        '!!!Invalid monorepo spec, no appRoot matching apps/b found',
        '!!!Invalid monorepo app root, please set correct AMPLIFY_MONOREPO_APP_ROOT environment variable',
        '!!!Unable to save headers',
      ],
      ['applications'],
    ],
    [
      'with several roots and no variable',
      both,
      undefined,
      ['!!! Error: V2 amplify.yml found with multiple appRoots and no target appRoot set'],
      ['applications'],
    ],
  ])('%s is refused with the lines of AWS', (_what, written, variable, lines, path) => {
    expect(problemOf(written, variable)).toEqual({ lines, path, isVerbatim: true });
  });

  test.each(['./apps/a', 'apps/a/', '/apps/a', 'apps'])('has no root like %s', (variable) => {
    expect(problemOf(both, variable).lines).toContain('!!!Unable to save headers');
  });

  test.each<[unknown, string, (string | number)[]]>([
    [{}, '"applications" must be a list', ['applications']],
    [[], '"applications" must have an entry with an "appRoot"', ['applications']],
    [['a'], '"applications[0]" must be a map', ['applications', 0]],
    [
      [{ appRoot: 'a', frontend: { phases: 5 } }],
      '"applications[0].frontend.phases" must be a map',
      ['applications', 0, 'frontend', 'phases'],
    ],
  ])('with applications like %j is refused', (applications, text, path) => {
    expect(problemOf({ applications })).toEqual({
      ...{ lines: [`!!! CustomerError: ${text}`], path, isVerbatim: false },
    });
  });
});
