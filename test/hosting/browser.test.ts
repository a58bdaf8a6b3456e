import type { AmplifyClient } from '@aws-sdk/client-amplify';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Backline, startBackline } from '../../src/index.ts';
import { createApp } from '../support/amplify.ts';
import { createBranch, updateBranch } from '../support/branches.ts';
import { chromiumPath, startChromium } from '../support/chromium.ts';
import { type BranchKey, deploy } from '../support/deployments.ts';
import { clientFor } from '../support/server.ts';
import { singlePageApp, singlePageRule } from './browser-site.ts';

describe.skipIf(!chromiumPath)(
  'Chromium, which finds *.localhost by itself, opens',
  { timeout: 60_000 },
  () => {
    let backline: Backline;
    let client: AmplifyClient;
    let browser: Browser;
    let branch: BranchKey;
    beforeAll(async () => {
      backline = await startBackline();
      client = clientFor(backline.endpoint);
      const customRules = [
        { source: '/items/<number>', target: '/products/<number>', status: '301' },
        singlePageRule,
      ];
      const { appId } = await createApp(client, { customRules });
      await createBranch(client, { appId, branchName: 'main' });
      branch = { appId, branchName: 'main' };
      [browser] = await Promise.all([startChromium(), deploy(client, branch, singlePageApp('one'))]);
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      client.destroy();
      await backline.close();
    });

    const addressOf = ({ appId, branchName }: BranchKey, path = '/') =>
      `http://${branchName}.${appId}.localhost:${new URL(backline.endpoint).port}${path}`;

    /** A page of its own, without anything that others have in their caches. */
    async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext(options);
      onTestFinished(() => context.close());
      return context.newPage();
    }

    /** Opens a path, which must load without a failure. */
    async function open(path: string): Promise<Page> {
      const page = await newPage();
      const failures: string[] = [];
      page.on('pageerror', (error) => failures.push(error.message));
      page.on('requestfailed', (request) => failures.push(request.url()));
      page.on('response', (answer) => answer.status() >= 400 && failures.push(answer.url()));
      await page.goto(addressOf(branch, path));
      await page.waitForSelector('h1');
      // A browser may ask for an icon, which this site does not have.
      expect(failures.filter((url) => !url.endsWith('/favicon.ico'))).toEqual([]);
      return page;
    }

    const heading = (page: Page) => page.textContent('h1');

    test('the start page, which its script makes and its style sheet colours', async () => {
      const page = await open('/');
      expect(await heading(page)).toBe('All products');
      expect(await page.textContent('footer')).toBe('Version one');
      const colour = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(colour).toBe('rgb(10, 60, 90)');
    });

    test('a deep link, and goes on and back within the application', async () => {
      const page = await open('/products/42');
      expect(await heading(page)).toBe('Product 42');
      await page.click('a');
      expect(await heading(page)).toBe('Product 7');
      expect(page.url()).toBe(addressOf(branch, '/products/7'));
      await page.goBack();
      expect(await heading(page)).toBe('Product 42');
      await page.reload();
      expect(await heading(page)).toBe('Product 42');
    });

    test('assets by their types, whatever their query', async () => {
      const page = await newPage();
      const types = new Map<string, string | undefined>();
      page.on('response', (answer) => {
        types.set(
          new URL(answer.url()).pathname + new URL(answer.url()).search,
          answer.headers()['content-type'],
        );
      });
      await page.goto(addressOf(branch, '/products/1'), { waitUntil: 'load' });
      expect(types.get('/products/1')).toMatch(/^text\/html\b/);
      expect(types.get('/assets/app.js?v=one')).toMatch(/^text\/javascript\b/);
      expect(types.get('/assets/app.css?v=one')).toMatch(/^text\/css\b/);
    });

    test('no missing asset, and shows the page that says so', async () => {
      const page = await newPage();
      const answer = await page.goto(addressOf(branch, '/assets/gone.js?v=1'));
      expect(answer?.status()).toBe(404);
      expect(await heading(page)).toBe('Page not found');
    });

    test('the target of a redirect, and shows its address', async () => {
      const page = await open('/items/42?from=mail');
      expect(page.url()).toBe(addressOf(branch, '/products/42?from=mail'));
      expect(await heading(page)).toBe('Product 42');
    });

    test('the new version on reload after a deployment', async () => {
      const site = { ...branch, branchName: 'next' };
      await createBranch(client, site);
      await deploy(client, site, singlePageApp('one'));
      const page = await newPage();
      await page.goto(addressOf(site));
      expect(await page.textContent('footer')).toBe('Version one');
      await deploy(client, site, singlePageApp('two'));
      await page.reload();
      expect(await page.textContent('footer')).toBe('Version two');
    });

    test('the welcome page of a branch without a deployment', async () => {
      const site = { ...branch, branchName: 'empty' };
      await createBranch(client, site);
      const page = await newPage();
      const answer = await page.goto(addressOf(site, '/any/path'));
      expect(answer?.status()).toBe(200);
      expect(await heading(page)).toBe('Welcome');
      expect(await page.textContent('p')).toBe(
        'Your app will appear here once you complete your first deployment.',
      );
    });

    test('no branch that an app does not have', async () => {
      const page = await newPage();
      const answer = await page.goto(addressOf({ ...branch, branchName: 'gone' }));
      expect(answer?.status()).toBe(404);
      expect(await page.textContent('p')).toBe(`The app ${branch.appId} has no branch gone.`);
    });

    test('a branch with a password only with it', async () => {
      const site = { ...branch, branchName: 'secret' };
      await createBranch(client, site);
      await deploy(client, site, singlePageApp('one'));
      await updateBranch(client, {
        ...site,
        enableBasicAuth: true,
        basicAuthCredentials: Buffer.from('user:pass word').toString('base64'),
      });
      const stranger = await newPage();
      // A browser without anybody before it takes a challenge for an error of the page.
      const challenge = await stranger.goto(addressOf(site)).catch((error: Error) => error.message);
      expect(typeof challenge === 'string' ? challenge : String(challenge?.status())).toMatch(
        /^401$|ERR_INVALID_AUTH_CREDENTIALS/,
      );
      expect(await stranger.locator('h1').count()).toBe(0);

      const page = await newPage({ httpCredentials: { username: 'user', password: 'pass word' } });
      const answer = await page.goto(addressOf(site, '/products/42'));
      expect(answer?.status()).toBe(200);
      await page.waitForSelector('footer');
      expect(await heading(page)).toBe('Product 42');
    });
  },
);
