import { expect, test } from 'vitest';
import { updateApp } from '../../support/amplify.ts';
import { createSite, deploySite, logOf, publishSite, startJob, waitForJob } from '../../support/jobs.ts';
import { withServer } from '../../support/server.ts';
import { visit } from '../../support/visits.ts';

const headers = (value: string, pattern = '**') =>
  `customHeaders:\n  - pattern: '${pattern}'\n    headers:\n      - key: x-from\n        value: '${value}'\n`;

// AWS documentation: Amplify Hosting user guide, "Setting custom headers for an Amplify app".
withServer('The custom headers of a deployment', {}, (subject) => {
  const seen = async (branch: { appId: string; branchName: string }, path = '/') =>
    (await visit(subject().endpoint, branch, path)).headers['x-from'];

  test('are those of its customHttp.yml, before those of the app', async () => {
    const { client } = subject();
    const branch = await createSite(client, { customHeaders: headers('app') });
    await publishSite(client, branch, { 'index.html': 'one' });
    expect(await seen(branch)).toBe('app');
    const key = await publishSite(client, branch, {
      'index.html': 'two',
      'a.css': 'body {}',
      'customHttp.yml': headers('file', '**.css'),
    });
    expect([await seen(branch), await seen(branch, '/a.css')]).toEqual([undefined, 'file']);
    const log = await logOf(client, key);
    expect(log).toContain('[INFO]: # Found custom headers config file.\n');
    expect(log).toContain('[INFO]: Found customHttp.yml, applying custom headers...\n');
  });

  test('change with the next deployment, not with the app, and a repeated one takes the new', async () => {
    const { client } = subject();
    const branch = await createSite(client, { customHeaders: headers('one') });
    await publishSite(client, branch, { 'index.html': 'home' });
    await updateApp(client, { appId: branch.appId, customHeaders: headers('two') });
    expect(await seen(branch)).toBe('one');
    await startJob(client, branch, 'RETRY', '1');
    await waitForJob(client, { ...branch, jobId: '2' }, 'SUCCEED');
    expect(await seen(branch)).toBe('two');
  });

  test.each([
    ['no YAML', 'customHeaders: [', /!!Invalid custom header config file\. \S/],
    ['of another shape', 'customHeaders: 7', /!!Invalid custom header config file\. \S/],
    [
      'an alias that stands for too much',
      `a: &a [${'x,'.repeat(200)}]\nb: &b [${'*a,'.repeat(200)}]\nc: [${'*b,'.repeat(200)}]`,
      /!!Invalid custom header config file\. \S/,
    ],
    ['too large', `# ${'x'.repeat(65_537)}`, /It is larger than 65536 bytes/],
  ])(
    'in a file that is %s leave a warning; the site goes on the air without them',
    async (_, file, warning) => {
      const { client, endpoint } = subject();
      const branch = await createSite(client, { customHeaders: headers('app') });
      const job = await deploySite(client, branch, { 'index.html': 'home', 'customHttp.yml': file });
      expect(job.summary.status).toBe('SUCCEED');
      const lines = (await logOf(client, job)).split('\n').filter((line) => line.includes('[WARNING]'));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(warning);
      expect(await visit(endpoint, branch)).toMatchObject({ status: 200, body: 'home' });
      expect(await seen(branch)).toBeUndefined();
    },
  );

  test('that HTTP does not allow are left out alone, with a warning', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const file = `${headers('file')}      - key: transfer-encoding\n        value: chunked\n`;
    const job = await deploySite(client, branch, { 'index.html': 'home', 'customHttp.yml': file });
    expect(job.summary.status).toBe('SUCCEED');
    expect(await logOf(client, job)).toMatch(/\[WARNING\]: .*transfer-encoding.* is left out/i);
    expect(await seen(branch)).toBe('file');
  });
});
