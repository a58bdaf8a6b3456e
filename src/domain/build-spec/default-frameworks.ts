import { angularOutput } from './default-angular.ts';
import { membersOf, type Project, textOf } from './default-project.ts';

export interface Framework {
  /** As AWS calls it, where that is known. */
  readonly name: string;
  /** What it builds into, relative to the folder of the app. */
  readonly baseDirectory: string;
}

/** What an app is built with; undefined where its package.json has no `build` script. */
export function frameworkOf(project: Project): Framework | undefined {
  const { scripts, dependencies, devDependencies } = membersOf(project.packageJson);
  const script = textOf(membersOf(scripts).build)?.trim();
  if (!script) return undefined;
  const packages = { ...membersOf(devDependencies), ...membersOf(dependencies) };
  const [, detect] = frameworks.find(([dependency]) => Object.hasOwn(packages, dependency)) ?? [];
  // Most bundlers write there.
  if (!detect) return { name: 'Web', baseDirectory: 'dist' };
  const context = { ...project, script, version: (name: string) => textOf(packages[name]) ?? '' };
  return typeof detect === 'function' ? detect(context) : detect;
}

interface Context extends Project {
  /** The script `build` of the package.json. */
  readonly script: string;
  /** The range that a package is wanted in. */
  version(name: string): string;
}

/** Frameworks come before what they are made of, as an app may have both among its packages. */
const frameworks: readonly (readonly [dependency: string, Framework | ((context: Context) => Framework)])[] =
  [
    ['next', nextOutput],
    ['nuxt', nuxtOutput],
    ['gatsby', { name: 'Gatsby', baseDirectory: 'public' }],
    ['astro', { name: 'Astro', baseDirectory: 'dist' }],
    ['@docusaurus/core', { name: 'Docusaurus', baseDirectory: 'build' }],
    ['@11ty/eleventy', { name: 'Eleventy', baseDirectory: '_site' }],
    ['vitepress', vitepressOutput],
    ['hexo', { name: 'Hexo', baseDirectory: 'public' }],
    ['@sveltejs/kit', { name: 'SvelteKit', baseDirectory: 'build' }],
    ['@angular/cli', ({ angularJson }) => ({ name: 'Angular', baseDirectory: angularOutput(angularJson) })],
    ['@vue/cli-service', { name: 'Vue', baseDirectory: 'dist' }],
    ['react-scripts', { name: 'React', baseDirectory: 'build' }],
    ['vite', { name: 'Vite', baseDirectory: 'dist' }],
    ['parcel', { name: 'Parcel', baseDirectory: 'dist' }],
  ];

/** AWS documentation: "Deploying a Next.js application to Amplify"; an export is in `out`, also that of Next.js 14. */
function nextOutput({ script, nextConfig }: Context): Framework {
  const isExport = /\bnext\s+export\b/.test(script) || isExportConfig(nextConfig ?? '');
  return isExport
    ? { name: 'Next.js - SSG', baseDirectory: 'out' }
    : { name: 'Next.js - SSR', baseDirectory: '.next' };
}

/** Lines that are comments do not count. */
function isExportConfig(text: string): boolean {
  return text
    .split('\n')
    .some((line) => /\boutput['"]?\s*:\s*['"`]export['"`]/.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line));
}

/** Version 2 generated into another folder than those after it. */
function nuxtOutput({ version }: Context): Framework {
  return { name: 'Nuxt', baseDirectory: /^[\^~>=v\s]*2\b/.test(version('nuxt')) ? 'dist' : '.output/public' };
}

/** The sources may lie in a folder that the script names. */
function vitepressOutput({ script }: Context): Framework {
  const [, folder] = /\bvitepress\s+build\s+(\w[\w./-]*)/.exec(script) ?? [];
  return { name: 'VitePress', baseDirectory: `${folder ? `${folder}/` : ''}.vitepress/dist` };
}
