import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BuildFailed } from '../build-failed.ts';
import { customerError } from '../outputs/customer-error.ts';
import { findSpec } from './find-spec.ts';

let checkout: string;
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'backline-spec-'));
});
afterEach(() => rm(checkout, { recursive: true, force: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(checkout, path)), { recursive: true });
    await writeFile(join(checkout, path), text);
  }
}

interface Settings {
  readonly branchSpec?: string;
  readonly appSpec?: string;
  readonly monorepoRoot?: string;
}

async function find({ branchSpec, appSpec, monorepoRoot }: Settings = {}) {
  const lines: string[] = [];
  const log = {
    info: (text: string) => lines.push(text),
    warning: (text: string) => lines.push(`[WARNING] ${text}`),
    error: (text: string) => lines.push(`[ERROR] ${text}`),
    flush: async () => {},
  };
  return { ...(await findSpec({ checkout, branchSpec, appSpec, monorepoRoot, log })), lines };
}

const building = (command: string) => `frontend: { phases: { build: { commands: ['${command}'] } } }`;
const missing = () =>
  `[WARNING] !Error: ENOENT: no such file or directory, open '${join(checkout, 'amplify.yml')}'`;

describe('the build spec', () => {
  const settings = { branchSpec: building('branch'), appSpec: building('app') };

  test('is that of the repository, whatever the settings say', async () => {
    await put({ 'amplify.yml': building('repository') });
    const { spec, origin, lines } = await find(settings);
    expect(spec.frontend).toEqual([{ name: 'build', commands: ['repository'] }]);
    expect({ origin, lines }).toEqual({ origin: 'repository', lines: [] });
  });

  test('is that of the branch before that of the app, and the log says that the file is missing', async () => {
    const { spec, origin, lines } = await find(settings);
    expect(spec.frontend).toEqual([{ name: 'build', commands: ['branch'] }]);
    expect({ origin, lines }).toEqual({ origin: 'branch', lines: [missing()] });
  });

  test('is that of the app', async () => {
    await put({ 'amplify.yaml': building('other name'), 'package.json': '{}' });
    const { spec, origin, lines } = await find({ appSpec: building('app') });
    expect(spec.frontend).toEqual([{ name: 'build', commands: ['app'] }]);
    expect({ origin, lines }).toEqual({ origin: 'app', lines: [missing()] });
  });

  test('is refused rather than passed over', async () => {
    await put({ 'amplify.yml': 'frontend: 5' });
    await expect(find(settings)).rejects.toThrow(
      customerError('"frontend" must be a map (amplify.yml, line 1, column 11)'),
    );
    await rm(join(checkout, 'amplify.yml'));
    await expect(find({ branchSpec: '5' })).rejects.toThrow('(the build settings of the branch, line 1');
    await expect(find({ appSpec: '5' })).rejects.toThrow('(the build settings of the app, line 1');
  });

  test('is no file of the server', async () => {
    await symlink('/etc/passwd', join(checkout, 'amplify.yml'));
    await expect(find(settings)).rejects.toThrow(BuildFailed);
  });
});

describe('without any', () => {
  const vite = JSON.stringify({ scripts: { build: 'vite build' }, devDependencies: { vite: '7' } });

  test('the one is taken that fits the repository, and the log says which', async () => {
    await put({ 'package.json': `\uFEFF${vite}`, 'package-lock.json': '{}' });
    const { spec, origin, lines } = await find();
    expect(origin).toBe('default');
    expect(spec.frontend).toEqual([
      { name: 'preBuild', commands: ['npm ci --cache .npm --prefer-offline'] },
      { name: 'build', commands: ['npm run build'] },
    ]);
    expect(spec.artifacts?.baseDirectory).toBe('dist');
    expect(lines).toEqual([
      missing(),
      '# No build spec found. Detected framework: Vite, preBuild: npm ci --cache .npm --prefer-offline, build: npm run build, artifacts: dist',
    ]);
  });

  test('plain files are published as they are', async () => {
    await put({ 'index.html': 'hello' });
    const { spec, lines } = await find();
    expect(spec.frontend).toEqual([]);
    expect(spec.artifacts).toEqual({ baseDirectory: '/', files: ['**/*'], discardPaths: false });
    expect(lines[1]).toBe('# No build spec found. Detected framework: Web, no commands, artifacts: /');
  });

  test('an app of a monorepo is looked at in its folder', async () => {
    const next = JSON.stringify({ scripts: { build: 'next build' }, dependencies: { next: '15' } });
    await put({
      ...{ 'package.json': vite, 'yarn.lock': '', 'apps/web/package.json': next },
      'apps/web/next.config.mjs': "export default { output: 'export' }",
    });
    const { spec } = await find({ monorepoRoot: 'apps/web' });
    expect(spec.appRoot).toBe('apps/web');
    expect(spec.artifacts?.baseDirectory).toBe('out');
    expect(spec.frontend[1]).toEqual({ name: 'build', commands: ['yarn run build'] });
  });

  test('an app of Angular is looked up in its workspace', async () => {
    await put({
      'package.json': JSON.stringify({
        scripts: { build: 'ng build' },
        devDependencies: { '@angular/cli': '20' },
      }),
      'angular.json': JSON.stringify({
        projects: {
          shop: { projectType: 'application', architect: { build: { builder: 'x:application' } } },
        },
      }),
    });
    expect((await find()).spec.artifacts?.baseDirectory).toBe('dist/shop/browser');
  });

  test.each(['..', '../..', '/../x', 'apps/none', 'index.html', 'out', 'a\0b'])(
    'a monorepo has no app in the folder %j',
    async (monorepoRoot) => {
      await put({ 'index.html': 'hello' });
      await symlink(tmpdir(), join(checkout, 'out'));
      await expect(find({ monorepoRoot })).rejects.toThrow(
        customerError(
          `There is no folder ${JSON.stringify(monorepoRoot)}, which AMPLIFY_MONOREPO_APP_ROOT names`,
        ),
      );
    },
  );

  test('a package.json that is none fails the build', async () => {
    await put({ 'package.json': '{' });
    await expect(find()).rejects.toThrow(customerError('package.json is not JSON'));
    await put({ 'package.json': '['.repeat(1_000_000) });
    await expect(find()).rejects.toThrow(BuildFailed);
    await rm(join(checkout, 'package.json'));
    await symlink('/etc/passwd', join(checkout, 'package.json'));
    await expect(find()).rejects.toThrow('"package.json" is not a file of the repository');
  });
});
