import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../support/amplify.ts';
import { createBranch } from '../support/branches.ts';
import { logOf, waitForJob } from '../support/jobs.ts';
import { createRepository } from '../support/repositories.ts';
import { makePage, specOf, startOn } from '../support/running-builds.ts';
import { startBuild } from '../support/start-build.ts';

test('a checkout that the build has replaced by a link gives no headers of elsewhere', async () => {
  const [data, outside] = ['data', 'outside'].map((name) => mkdtempSync(join(tmpdir(), `backline-${name}-`)));
  const server = await startOn({ options: { data: data ?? '' }, remove: async () => {} }, {});
  const repository = await createRepository();
  onTestFinished(async () => {
    await server.close();
    await repository.remove();
    for (const folder of [data, outside]) rmSync(folder ?? '', { recursive: true, force: true });
  });
  const headers = { customHeaders: [{ pattern: '**', headers: [{ key: 'x-secret', value: 'elsewhere' }] }] };
  writeFileSync(join(outside ?? '', 'customHttp.yml'), JSON.stringify(headers));
  const replace = `here=$PWD; cd ..; mv "$here" kept; ln -s ${outside} "$here"`;
  await repository.commit('main', { 'amplify.yml': specOf([makePage('here'), replace]) });
  const { client } = server.subject;
  const { appId } = await createApp(client, { repository: repository.url });
  const branch = { appId, branchName: 'main' };
  await createBranch(client, branch);
  const { jobId = '' } = await startBuild(client, branch);
  await waitForJob(client, { ...branch, jobId }, 'FAILED');
  const log = await logOf(client, { ...branch, jobId }, 'BUILD');
  expect(log).toContain('## Build completed successfully');
  expect(log).not.toContain('Found customHttp.yml');
});
