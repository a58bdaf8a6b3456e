import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createEndedBuild, leaveBehind } from '../../support/artifacts.ts';
import { ask } from '../../support/file-requests.ts';
import { getJob, type JobKey } from '../../support/jobs.ts';
import { withKeptServer } from '../../support/kept-server.ts';
import { filesIn } from '../../support/zip.ts';

withKeptServer('The step TEST of a job', { quotas: { concurrentJobs: 0 } }, (subject) => {
  const testStepOf = async (key: JobKey) => {
    const { steps } = await getJob(subject().client, key);
    for (const { stepName, testArtifactsUrl, testConfigUrl } of steps) {
      if (stepName !== 'TEST') expect([testArtifactsUrl, testConfigUrl]).toEqual([undefined, undefined]);
    }
    return steps.find(({ stepName }) => stepName === 'TEST');
  };

  test('leads to all that the tests left behind, and to what a report is made of', async () => {
    const key = await createEndedBuild(subject());
    const files = { 'a/ü.png': 'picture', 'report/mochawesome.json': '{"tests":1}', empty: '' };
    await leaveBehind(subject(), key, files);
    const { testArtifactsUrl = '', testConfigUrl = '' } = (await testStepOf(key)) ?? {};
    const archive = await fetch(testArtifactsUrl);
    expect(Object.fromEntries(archive.headers)).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': 'inline; filename="testArtifacts.zip"',
    });
    expect(await filesIn(await buffer(archive.body as never))).toEqual(files);
    expect(await ask(testConfigUrl)).toMatchObject({ status: 200, body: '{"tests":1}' });
  });

  test('leads to no report where there is none', async () => {
    const key = await createEndedBuild(subject());
    await leaveBehind(subject(), key, { 'a.png': 'picture' });
    const step = await testStepOf(key);
    expect(step?.testArtifactsUrl).toMatch(/\/testArtifacts\.zip\?Expires=\d{10}&Signature=[\w-]{43}$/);
    expect(step?.testConfigUrl).toBeUndefined();
  });
});
