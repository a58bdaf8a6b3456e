import { expect, test } from 'vitest';
import { createApp, deleteApp, getApp } from '../support/amplify.ts';
import { createBranch, deleteBranch, updateBranch } from '../support/branches.ts';
import { deploy } from '../support/deployments.ts';
import { createDomain, deleteDomain, getDomain, updateDomain } from '../support/domains.ts';
import { pollUntil } from '../support/poll.ts';
import { type Subject, withServer } from '../support/server.ts';
import { ask } from './site-server.ts';

const options = { siteDomain: 'sites.example', domainStep: 10 };

withServer('The host of a site', options, (subject) => {
  const get = async (host: string, path = '/') => {
    const reply = await ask(Number(new URL(subject().endpoint).port), host, path);
    return { ...reply, text: reply.body.toString() };
  };
  const seen = async (host: string) => {
    const { status, text } = await get(host);
    return `${status} ${text}`;
  };

  async function createSite(branchName = 'main', text = branchName) {
    const { client } = subject();
    const { appId } = await createApp(client);
    const { displayName } = await createBranch(client, { appId, branchName });
    await deploy(client, { appId, branchName }, { 'index.html': text });
    return { appId, branchName, displayName, name: `${displayName}.${appId}` };
  }

  // AWS documentation: https://{displayName}.{appId}.amplifyapp.com; the others are Backline's choice.
  test('is its display name and its app below localhost, amplifyapp.com and the site domain', async () => {
    const { name, appId } = await createSite('feature/my_CoolBranch', 'cool');
    expect(name).toBe(`feature-my-coolbranch.${appId}`);
    for (const suffix of ['localhost', 'amplifyapp.com', 'sites.example']) {
      expect(await seen(`${name}.${suffix}`)).toBe('200 cool');
      expect(await seen(`${name.toUpperCase()}.${suffix}:443`)).toBe('200 cool');
      expect(await seen(`${name}.${suffix}.`)).toBe('200 cool');
    }
    expect((await getApp(subject().client, appId)).defaultDomain).toBe(`${appId}.sites.example`);
  });

  test('that names no branch is 404 with the reason', async () => {
    const { appId, name } = await createSite();
    for (const host of [
      `other.${appId}.localhost`,
      `main.dunknown.localhost`,
      `${appId}.localhost`,
      `www.${name}.localhost`,
      'a.localhost',
      'main.dunknown.amplifyapp.com',
      'sub.sites.example',
    ]) {
      const { status, text, headers } = await get(host);
      expect([host, status]).toEqual([host, 404]);
      expect(headers['content-type']).toMatch(/^text\/html/);
      expect(text).toMatch(/<!doctype html>/i);
    }
    expect((await get(`other.${appId}.localhost`)).text).toContain('has no branch other');
  });

  test('that has nothing to do with sites is refused in the words of the API', async () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      'sites.example.evil.example',
      'amplifyapp.com',
    ]) {
      const { status, headers } = await get(host, '/apps');
      expect([host, status, headers['x-amzn-errortype']]).toEqual([host, 403, 'AccessDeniedException']);
    }
  });

  test('never reaches the API', async () => {
    const { name } = await createSite();
    for (const path of ['/apps', '/_backline/health', '/prod/webhooks?id=a', '/_backline/files/logs/x']) {
      expect((await get(`${name}.localhost`, path)).status).toBe(404);
    }
  });

  test('follows a display name, and is gone with its branch or app', async () => {
    const { client } = subject();
    const one = await createSite('main', 'one');
    await updateBranch(client, { ...one, displayName: 'other' });
    expect((await get(`main.${one.appId}.localhost`)).status).toBe(404);
    expect(await seen(`other.${one.appId}.localhost`)).toBe('200 one');
    await deleteBranch(client, one.appId, 'main');
    expect((await get(`other.${one.appId}.localhost`)).status).toBe(404);
    const two = await createSite('main', 'two');
    await deleteApp(client, two.appId);
    expect((await get(`${two.name}.localhost`)).status).toBe(404);
  });

  test('of a domain association leads to its branch once that is AVAILABLE', async () => {
    const { client } = subject();
    const { appId } = await createSite('main', 'main');
    await createBranch(client, { appId, branchName: 'dev' });
    await deploy(client, { appId, branchName: 'dev' }, { 'index.html': 'dev' });
    const subDomainSettings = [
      { prefix: '', branchName: 'main' },
      { prefix: 'www', branchName: 'main' },
      { prefix: 'dev', branchName: 'dev' },
    ];
    await createDomain(client, { appId, subDomainSettings });
    await available(subject(), appId);
    expect(await Promise.all(['example.com', 'WWW.example.com', 'dev.example.com:8080'].map(seen))).toEqual([
      '200 main',
      '200 main',
      '200 dev',
    ]);
    // AWS documentation: an unknown sub-domain of a custom domain is 404.
    const unknown = await get('unknown.example.com');
    expect([unknown.status, unknown.text.includes('no sub-domain')]).toEqual([404, true]);
    await updateDomain(client, { appId, subDomainSettings: [{ prefix: 'www', branchName: 'dev' }] });
    expect(await seen('www.example.com')).toBe('200 dev');
    expect((await get('dev.example.com')).status).toBe(404);
    await deleteDomain(client, appId);
    expect((await get('www.example.com')).status).toBe(403);
  });

  test('of a wildcard sub-domain leads to its branch, where no other sub-domain has the name', async () => {
    const { client } = subject();
    const { appId } = await createSite('main', 'main');
    await createBranch(client, { appId, branchName: 'dev' });
    await deploy(client, { appId, branchName: 'dev' }, { 'index.html': 'dev' });
    const subDomainSettings = [
      { prefix: '*', branchName: 'main' },
      { prefix: 'dev', branchName: 'dev' },
    ];
    await createDomain(client, { appId, domainName: 'wild.example', subDomainSettings });
    await available(subject(), appId, 'wild.example');
    expect(await Promise.all(['any.wild.example', 'dev.wild.example'].map(seen))).toEqual([
      '200 main',
      '200 dev',
    ]);
    expect((await get('wild.example')).status).toBe(404);
    expect((await get('a.b.wild.example')).status).toBe(404);
  });

  test('of a domain association that is on its way is 404 with its status', async () => {
    const { client } = subject();
    const { appId } = await createSite();
    await createDomain(client, { appId, domainName: 'early.example' });
    const { status, text } = await get('www.early.example');
    const { domainStatus } = await getDomain(client, appId, 'early.example');
    if (domainStatus !== 'AVAILABLE')
      expect([status, text.includes('early.example is ')]).toEqual([404, true]);
    await available(subject(), appId, 'early.example');
    expect(await seen('www.early.example')).toBe('200 main');
  });
});

async function available({ client }: Subject, appId: string, domainName?: string): Promise<void> {
  await pollUntil(
    () => getDomain(client, appId, domainName),
    ({ domainStatus }) => domainStatus === 'AVAILABLE',
  );
}
