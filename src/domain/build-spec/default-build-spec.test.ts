import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultBuildSpec } from './default-build-spec.ts';
import type { Project } from './default-project.ts';

const nothing: Project = {
  ...{ packageJson: undefined, lockFiles: new Set(), repositoryLockFiles: new Set() },
  ...{ nextConfig: undefined, angularJson: undefined, monorepoRoot: undefined },
};
const detect = (project: Partial<Project>) => defaultBuildSpec({ ...nothing, ...project });
const packageJson = (dependencies: unknown, build: unknown = 'tool build') => ({
  ...{ scripts: { build }, dependencies },
});

/** What was detected, and where it is built into. */
function outputOf(project: Partial<Project>): string {
  const { spec, framework } = detect(project);
  return `${framework}: ${spec.artifacts?.baseDirectory}`;
}

describe('the framework', () => {
  test.each([
    ['react-scripts', 'React: build'],
    ['vite', 'Vite: dist'],
    ['next', 'Next.js - SSR: .next'],
    ['gatsby', 'Gatsby: public'],
    ['@angular/cli', 'Angular: dist'],
    ['@vue/cli-service', 'Vue: dist'],
    ['astro', 'Astro: dist'],
    ['@11ty/eleventy', 'Eleventy: _site'],
    ['@docusaurus/core', 'Docusaurus: build'],
    ['nuxt', 'Nuxt: .output/public'],
    ['parcel', 'Parcel: dist'],
    ['@sveltejs/kit', 'SvelteKit: build'],
    ['vitepress', 'VitePress: .vitepress/dist'],
    ['hexo', 'Hexo: public'],
    ['left-pad', 'Web: dist'],
    ['constructor', 'Web: dist'],
  ])('of an app with %s', (dependency, expected) => {
    const { scripts } = packageJson({});
    expect(outputOf({ packageJson: { scripts, dependencies: { [dependency]: '1' } } })).toBe(expected);
    expect(outputOf({ packageJson: { scripts, devDependencies: { [dependency]: '1' } } })).toBe(expected);
  });

  test('comes before what it is made of', () => {
    expect(outputOf({ packageJson: packageJson({ vite: '7', astro: '5' }) })).toBe('Astro: dist');
    expect(outputOf({ packageJson: packageJson({ 'react-scripts': '5', next: '15' }) })).toContain('Next.js');
  });

  const [ssr, ssg] = ['Next.js - SSR: .next', 'Next.js - SSG: out'];
  test.each([
    ['a script that exports', 'next build && next export', undefined, ssg],
    ['a configuration that exports', 'next build', "module.exports = { output: 'export' }", ssg],
    ['one in double quotes', 'next build', 'export default {\n  "output" : "export",\n}', ssg],
    ['one that is a comment', 'next build', "const a = {\n  // output: 'export',\n}", ssr],
    ['one that runs alone', 'next build', "const a = { output: 'standalone' }", ssr],
  ])('Next.js with %s', (_what, script, nextConfig, expected) => {
    expect(outputOf({ packageJson: packageJson({ next: '15' }, script), nextConfig })).toBe(expected);
  });

  test.each([
    ['^2.17.0', 'Nuxt: dist'],
    ['2', 'Nuxt: dist'],
    ['^3.2.0', 'Nuxt: .output/public'],
    ['^20.0.0', 'Nuxt: .output/public'],
    [{ toString: 2 }, 'Nuxt: .output/public'],
  ])('Nuxt in version %j', (version, expected) => {
    expect(outputOf({ packageJson: packageJson({ nuxt: version }, 'nuxt generate') })).toBe(expected);
  });

  test('VitePress below the folder that its script names', () => {
    const json = packageJson({ vitepress: '1' }, 'vitepress build docs');
    expect(outputOf({ packageJson: json })).toBe('VitePress: docs/.vitepress/dist');
  });

  const angular = (build: unknown) => ({
    projects: {
      lib: { projectType: 'library', architect: { build: { options: { outputPath: 'wrong' } } } },
      shop: { projectType: 'application', architect: { build } },
    },
  });
  test.each([
    ['the older builder', { builder: 'x:browser', options: { outputPath: 'dist/a' } }, 'dist/a'],
    ['a builder of applications', { builder: '@angular/build:application' }, 'dist/shop/browser'],
    ['its folder', { builder: 'x:application', options: { outputPath: 'out' } }, 'out/browser'],
    [
      'its folders',
      { builder: 'x:application', options: { outputPath: { base: 'out', browser: '' } } },
      'out',
    ],
    ['nothing that says', {}, 'dist'],
  ])('Angular with %s', (_what, build, expected) => {
    const json = packageJson({ '@angular/cli': '20' });
    expect(outputOf({ packageJson: json, angularJson: angular(build) })).toBe(`Angular: ${expected}`);
  });
});

describe('the commands', () => {
  const built = { packageJson: packageJson({ vite: '7' }) };
  const commandsOf = (project: Partial<Project>) => {
    const { frontend, cachePaths } = detect({ ...built, ...project }).spec;
    return [...frontend.flatMap(({ name, commands }) => [name, ...commands]), ...cachePaths];
  };

  test.each([
    ['package-lock.json', 'npm ci --cache .npm --prefer-offline', 'npm run build', '.npm/**/*'],
    ['npm-shrinkwrap.json', 'npm ci --cache .npm --prefer-offline', 'npm run build', '.npm/**/*'],
    ['yarn.lock', 'yarn install --frozen-lockfile', 'yarn run build', 'node_modules/**/*'],
    ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile', 'pnpm run build', 'node_modules/**/*'],
    ['no.lock', 'npm install --cache .npm --prefer-offline', 'npm run build', '.npm/**/*'],
  ])('with %s', (lockFile, install, build, cache) => {
    const commands = ['preBuild', install, 'build', build, cache];
    expect(commandsOf({ lockFiles: new Set([lockFile]) })).toEqual(commands);
    expect(commandsOf({ repositoryLockFiles: new Set([lockFile]) })).toEqual(commands);
  });

  test('follow the lock file of the app rather than that of the repository', () => {
    const [lockFiles, repositoryLockFiles] = [new Set(['yarn.lock']), new Set(['package-lock.json'])];
    expect(commandsOf({ lockFiles, repositoryLockFiles })).toContain('yarn run build');
    const all = new Set(['pnpm-lock.yaml', 'yarn.lock', 'package-lock.json']);
    expect(commandsOf({ lockFiles: all })).toContain('npm run build');
  });

  test('of an app in a monorepo have their cache in its folder and at the root', () => {
    const { spec } = detect({ ...built, lockFiles: new Set(['yarn.lock']), monorepoRoot: './apps/web/' });
    expect(spec.appRoot).toBe('./apps/web/');
    expect(spec.artifacts?.baseDirectory).toBe('dist');
    expect(spec.cachePaths).toEqual(['apps/web/node_modules/**/*', 'node_modules/**/*']);
  });

  test.each([
    ['no package.json', undefined],
    ['no scripts', { dependencies: { vite: '7' } }],
    ['no build script', { scripts: { test: 'a' }, dependencies: { vite: '7' } }],
    ['an empty build script', packageJson({ vite: '7' }, '  ')],
    ['a build script that is no text', packageJson({ vite: '7' }, 5)],
    ['a package.json that is a list', [packageJson({ vite: '7' })]],
  ])('are none with %s: everything is published as it is', (_what, json) => {
    expect(detect({ packageJson: json })).toEqual({
      framework: 'Web',
      spec: {
        ...{ appRoot: undefined, buildPath: undefined, variables: {}, backend: [], frontend: [] },
        artifacts: { baseDirectory: '/', files: ['**/*'], discardPaths: false },
        ...{ cachePaths: [], test: undefined, customHeaders: undefined },
      },
    });
    expect(outputOf({ packageJson: json, monorepoRoot: 'apps/web' })).toBe('Web: .');
  });
});

test('whatever the files hold, there is a build spec', () => {
  const versions = fc.dictionary(
    fc.constantFrom('next', 'nuxt', '@angular/cli', '__proto__'),
    fc.jsonValue(),
  );
  const json = fc.oneof(
    fc.jsonValue(),
    fc.record({ scripts: fc.constant({ build: 'a' }), dependencies: versions }),
  );
  fc.assert(
    fc.property(json, fc.jsonValue(), (packageJson, angularJson) => {
      const { spec } = detect({ packageJson, angularJson, nextConfig: '' });
      expect(typeof spec.artifacts?.baseDirectory).toBe('string');
    }),
    { numRuns: 200 },
  );
});
