import { join } from 'node:path';
import type { AmplifyClient } from '@aws-sdk/client-amplify';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Backline, startBackline } from '../../src/index.ts';
import { connectSite, outputOf, publish, stepsOf } from '../support/builds.ts';
import { chromiumPath, startChromium } from '../support/chromium.ts';
import type { BranchKey } from '../support/jobs.ts';
import { clientFor } from '../support/server.ts';

/** The bundler that the tests themselves run on. */
const vite = join(import.meta.dirname, '../../node_modules/vite');

/** A page as somebody writes it who uses a bundler: nothing of it would work without its build. */
const project = (heading: string) => ({
  'package.json': JSON.stringify({
    name: 'shop',
    private: true,
    type: 'module',
    scripts: { build: 'vite build' },
    // It is there already: npm needs no registry.
    dependencies: { vite: `file:${vite}` },
  }),
  'index.html': `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Shop</title>
<link rel="icon" href="data:,">
<script type="module" src="/src/main.ts"></script>
</head>
<body><main id="app"></main></body>
</html>
`,
  'src/main.ts': `import './style.css';
import logo from './logo.svg';
import { headingOf } from './heading';

const image: HTMLImageElement = document.createElement('img');
image.src = logo;
document.getElementById('app')!.append(headingOf('${heading}'), image);
`,
  'src/heading.ts': `export function headingOf(text: string): HTMLElement {
  const heading = document.createElement('h1');
  heading.textContent = text + ' of ' + import.meta.env.VITE_STAGE;
  return heading;
}
`,
  'src/style.css': 'body { background: rgb(10, 60, 90) }\n',
  // Too large to be put into the script.
  'src/logo.svg': `<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><!--${' '.repeat(5000)}--></svg>\n`,
});

const cached = '[ -e node_modules/.bin/vite ] && echo installed || echo empty';
const buildSpec = `version: 1
frontend:
  phases:
    preBuild:
      commands:
        - '${cached}'
        - npm install --no-audit --no-fund --offline
    build:
      commands:
        - npm run build
  artifacts:
    baseDirectory: dist
    files: ['**/*']
  cache:
    paths: ['node_modules/**/*']
`;

describe.skipIf(!chromiumPath)('A project of a bundler, built and opened in Chromium,', () => {
  let backline: Backline;
  let client: AmplifyClient;
  let browser: Browser;
  beforeAll(async () => {
    backline = await startBackline();
    client = clientFor(backline.endpoint);
    browser = await startChromium();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    client.destroy();
    await backline.close();
  });

  /** What somebody sees who opens the site, in which nothing may fail. */
  async function look({ appId, branchName }: BranchKey) {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const failures: string[] = [];
    page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('requestfailed', (request) => failures.push(request.url()));
    page.on('response', (answer) => answer.status() >= 400 && failures.push(answer.url()));
    const paths = new Set<string>();
    page.on('response', (answer) => paths.add(new URL(answer.url()).pathname));
    const url = `http://${branchName}.${appId}.localhost:${new URL(backline.endpoint).port}/`;
    await page.goto(url, { waitUntil: 'load' });
    await page.waitForFunction('document.querySelector("img")?.complete');
    const seen = {
      heading: await page.textContent('h1'),
      background: await page.evaluate('getComputedStyle(document.body).backgroundColor'),
      imageWidth: await page.evaluate('document.querySelector("img").naturalWidth'),
      failures,
    };
    return { seen, paths: [...paths] };
  }

  const whole = { background: 'rgb(10, 60, 90)', imageWidth: 30, failures: [] };
  /** Files that the bundler has named by their content. */
  const assets = ['/', '/assets/index-HASH.css', '/assets/index-HASH.js', '/assets/logo-HASH.svg'];
  const named = (paths: readonly string[]) =>
    paths.map((path) => path.replace(/-[\w-]{8}\./, '-HASH.')).toSorted();

  test('works, also when it is built again from its cache', async () => {
    const app = { environmentVariables: { VITE_STAGE: 'test' } };
    const files = { ...project('Products'), 'amplify.yml': buildSpec };
    const { branch, repository } = await connectSite(client, files, app);
    const first = await publish(client, branch);
    expect(stepsOf(first)).toEqual(['BUILD SUCCEED', 'DEPLOY SUCCEED', 'VERIFY SUCCEED']);
    expect(outputOf(first, cached)).toEqual(['INFO empty']);
    expect(first.lines).toContainEqual(expect.stringContaining('vite build'));
    const before = await look(branch);
    expect(before.seen).toEqual({ ...whole, heading: 'Products of test' });
    expect(named(before.paths)).toEqual(assets);

    await repository.commit('main', project('Offers'));
    const second = await publish(client, branch);
    expect(outputOf(second, cached)).toEqual(['INFO installed']);
    const after = await look(branch);
    expect(after.seen).toEqual({ ...whole, heading: 'Offers of test' });
    const script = (paths: readonly string[]) => paths.find((path) => path.endsWith('.js'));
    expect(named(after.paths)).toEqual(assets);
    expect(script(after.paths)).not.toBe(script(before.paths));
  }, 60_000);

  test('needs no build spec: the bundler is found out', async () => {
    const files = { ...project('Products'), '.npmrc': 'audit=false\nfund=false\noffline=true\n' };
    const app = { environmentVariables: { VITE_STAGE: 'production' } };
    const { branch } = await connectSite(client, files, app);
    const { lines } = await publish(client, branch);
    expect(lines).toContainEqual(expect.stringMatching(/^INFO # No build spec found\. .*\bVite\b.*: dist$/));
    const { seen, paths } = await look(branch);
    expect(seen).toEqual({ ...whole, heading: 'Products of production' });
    expect(named(paths)).toEqual(assets);
  }, 60_000);
});
