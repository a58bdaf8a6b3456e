import { describe, expect, test } from 'vitest';
import { artifactsDirectoryOf, cachePatterns, workingDirectoryOf } from './build-paths.ts';

const single = { appRoot: undefined, buildPath: undefined };

describe('the working directory', () => {
  test.each([
    ['of a single app is the repository', single, ''],
    ['of a monorepo is the appRoot', { appRoot: 'apps/a', buildPath: undefined }, 'apps/a'],
    ['is the repository with buildPath /', { appRoot: 'apps/a', buildPath: '/' }, ''],
    ['is a buildPath below the repository', { appRoot: 'apps/a', buildPath: '/apps' }, 'apps'],
    ['is a buildPath without a slash', { appRoot: 'apps/a', buildPath: 'apps/b' }, 'apps/b'],
    ['of an appRoot written otherwise', { appRoot: './apps//a/', buildPath: undefined }, 'apps/a'],
    ['stays within the repository', { appRoot: '../a', buildPath: undefined }, undefined],
    ['stays within it with a buildPath', { appRoot: 'a', buildPath: '/../../etc' }, undefined],
    ['has no NUL', { appRoot: 'a\0b', buildPath: undefined }, undefined],
  ])('%s', (_what, place, expected) => {
    expect(workingDirectoryOf(place)).toBe(expected);
  });
});

describe('the base directory of artifacts', () => {
  const inApp = { appRoot: 'apps/a', buildPath: undefined };
  const inRoot = { appRoot: 'apps/a', buildPath: '/' };
  test.each([
    ['in a single app', single, 'dist', 'dist'],
    ['in a single app with a buildPath', { ...single, buildPath: 'web' }, 'dist', 'dist'],
    ['with a leading slash', single, '/dist/', 'dist'],
    ['that is the repository', single, '/', ''],
    ['that is not given', single, undefined, ''],
    ['in a monorepo', inApp, 'dist', 'apps/a/dist'],
    ['in a monorepo with a leading slash', inApp, '/dist', 'dist'],
    ['in a monorepo that is not given', inApp, undefined, 'apps/a'],
    ['in a monorepo built from its root', inRoot, 'apps/a/dist', 'apps/a/dist'],
    ['beside the app', inApp, '../b/dist', 'apps/b/dist'],
    ['outside of the repository', inApp, '../../../x', undefined],
    ['outside of it after a slash', single, '/../x', undefined],
    ['that goes out and in again', single, '../repo/dist', undefined],
    ['of an app outside of the repository', { ...single, appRoot: '..' }, '/dist', undefined],
    ['whose name only begins with points', single, '..dist', '..dist'],
  ])('%s', (_what, place, baseDirectory, expected) => {
    expect(artifactsDirectoryOf(place, baseDirectory)).toBe(expected);
  });
});

describe('the patterns of a cache', () => {
  const always = '!**/node_modules/.cache';

  test('leave out what is absolute or outside of the repository', () => {
    const paths = ['/abs/x', '../up/**', 'a/../../b', '!/abs', '', '/', 'node_modules/**/*'];
    expect(cachePatterns(paths)).toEqual(['node_modules/**/*', always]);
  });

  test('of which none is left are none', () => {
    expect(cachePatterns(['/abs/x'])).toEqual([]);
  });

  test('keep what excludes, and the slash of a folder', () => {
    expect(cachePatterns(['./.npm/', '!.npm/./_logs/**'])).toEqual(['.npm/', '!.npm/_logs/**', always]);
  });

  test('hold node_modules/.cache where one names it', () => {
    expect(cachePatterns(['node_modules/.cache/**'])).toEqual(['node_modules/.cache/**']);
    expect(cachePatterns(['a/**', '!node_modules/.cache'])).toEqual(['a/**', '!node_modules/.cache', always]);
  });
});
