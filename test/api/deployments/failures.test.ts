import { expect, test } from 'vitest';
import {
  artifactUrlOf,
  createSite,
  deploySite,
  failureOf,
  listJobs,
  logOf,
  publishSite,
  startDeployment,
  uploadSite,
} from '../../support/jobs.ts';
import { rawZip } from '../../support/raw-zip.ts';
import { withServer } from '../../support/server.ts';
import { visit } from '../../support/visits.ts';

withServer('A deployment that fails', {}, (subject) => {
  test.each([
    ['is no archive', Buffer.from('<html>not an archive</html>'), /archive/],
    ['has no files', rawZip([]), /^The archive has no files$/],
    ['leads out of its folder', rawZip([{ name: '../secret.txt', content: 'x' }]), /secret\.txt/],
    [
      'has a file twice',
      rawZip([
        { name: 'a.txt', content: 'x' },
        { name: 'a.txt', content: 'y' },
      ]),
      /a\.txt/,
    ],
    ['has content that is not what it says', rawZip([{ name: 'a.txt', content: 'x', crc: 1 }]), /a\.txt/],
  ])('since its archive %s leaves the site as it was, and says why', async (_, archive, reason) => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    await publishSite(client, branch, { 'index.html': 'before', 'a.txt': 'before' });
    const key = await uploadSite(client, branch, archive);
    await startDeployment(client, key);
    const text = await failureOf(client, key);
    expect(text).toMatch(reason);
    // One line, which shows nothing of the server.
    expect(text).not.toMatch(/\n|\/tmp|blobs|Error:| at /);
    expect(await logOf(client, key)).toContain(`[ERROR]: !!! ${text}\n`);
    expect((await visit(endpoint, branch)).body).toBe('before');
    expect((await visit(endpoint, branch, '/a.txt')).body).toBe('before');
    expect((await listJobs(client, branch)).items.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEED']);
    const artifact = await fetch(await artifactUrlOf(client, key));
    expect(Buffer.from(await artifact.arrayBuffer())).toEqual(archive);
  });

  test('has one step, which ends with the job, and the next deployment may follow', async () => {
    const { client, endpoint } = subject();
    const branch = await createSite(client);
    const { summary, steps } = await deploySite(client, branch, Buffer.from('no archive'));
    expect(summary.status).toBe('FAILED');
    expect(steps.map(({ stepName, status, endTime }) => [stepName, status, endTime])).toEqual([
      ['DEPLOY', 'FAILED', summary.endTime],
    ]);
    await publishSite(client, branch, { 'index.html': 'next' });
    expect((await visit(endpoint, branch)).body).toBe('next');
  });
});
