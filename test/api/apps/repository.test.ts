import { expect, test } from 'vitest';
import { createApp, getApp, listApps, updateApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import {
  createDeployment,
  createSite,
  deleteJob,
  listJobs,
  publishSite,
  startJob,
  waitForJob,
} from '../../support/jobs.ts';
import { withServer } from '../../support/server.ts';
import { startBuild } from '../../support/start-build.ts';

const badRequest = (message: string) => ({ name: 'BadRequestException', message, status: 400 });
const repository = 'file:///nowhere.git';

withServer('The repository of an app', { quotas: { concurrentJobs: 0 } }, (subject) => {
  // Both texts were seen on AWS: aws/aws-cdk#25658, aws-samples/iam-identity-center-team#358.
  test.each([
    ['nonsense', 'The repository url is not valid.'],
    ['--upload-pack=x', 'The repository url is not valid.'],
    ['https://', 'The repository url is not valid.'],
    ['https://example.com/a b', 'The repository url is not valid.'],
    ['-oProxyCommand=x@example.com:shop.git', 'The repository url is not valid.'],
    ['svn://x/y', 'Repository provider not supported.'],
    ['ftp://example.com/shop.git', 'Repository provider not supported.'],
    ['ext::sh -c true', 'The repository url is not valid.'],
    ['ext::true', 'Repository provider not supported.'],
  ])('cannot be %j, for a new app and for one that is there', async (wrong, message) => {
    const { client } = subject();
    expect(await refusalOf(createApp(client, { repository: wrong }))).toEqual(badRequest(message));
    expect((await listApps(client)).items).toEqual([]);
    const app = await createApp(client, { repository });
    const { appId } = app;
    expect(await refusalOf(updateApp(client, { appId, name: 'new', repository: wrong }))).toEqual(
      badRequest(message),
    );
    expect(await getApp(client, appId)).toEqual(app);
  });

  // Seen on AWS.
  test('cannot be added while a branch was deployed by hand, and can be when that is gone', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    const { appId } = branch;
    await createBranch(client, { appId, branchName: 'dev' });
    await createDeployment(client, branch);
    const before = await getApp(client, appId);
    expect(await refusalOf(updateApp(client, { appId, name: 'new', repository }))).toEqual(
      badRequest('Cannot connect your app to repository while manually deployed branch still exists.'),
    );
    expect(await getApp(client, appId)).toEqual(before);
    expect((await updateApp(client, { appId, name: 'new' })).name).toBe('new');
    await deleteBranch(client, appId, 'main');
    expect((await updateApp(client, { appId, repository })).repository).toBe(repository);
    expect(await startBuild(client, { appId, branchName: 'dev' })).toMatchObject({ jobId: '1' });
  });

  test('can be added where branches were never deployed, or those of another app were', async () => {
    const { client } = subject();
    await createDeployment(client, await createSite(client));
    const { appId } = await createSite(client);
    expect((await updateApp(client, { appId, repository })).repository).toBe(repository);
  });

  test('can be changed while builds wait', async () => {
    const { client } = subject();
    const branch = await createSite(client, { repository });
    await startBuild(client, branch);
    const other = 'https://example.com/shop.git';
    expect((await updateApp(client, { ...branch, repository: other })).repository).toBe(other);
    expect((await listJobs(client, branch)).items).toHaveLength(1);
  });
});

withServer('A branch that was deployed by hand', {}, (subject) => {
  const refused = (appId: string) => refusalOf(updateApp(subject().client, { appId, repository }));
  const exists = badRequest(
    'Cannot connect your app to repository while manually deployed branch still exists.',
  );

  test('keeps a repository away as long as it shows something, also without its jobs', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await publishSite(client, branch, { 'index.html': 'home' });
    expect(await refused(branch.appId)).toEqual(exists);
    await deleteJob(client, { ...branch, jobId: '1' });
    expect((await listJobs(client, branch)).items).toEqual([]);
    expect(await refused(branch.appId)).toEqual(exists);
    await deleteBranch(client, branch.appId, 'main');
    expect((await updateApp(client, { appId: branch.appId, repository })).repository).toBe(repository);
  });

  test('keeps a repository away also when only repeated jobs are left', async () => {
    const { client } = subject();
    const branch = await createSite(client);
    await publishSite(client, branch, { 'index.html': 'home' });
    await startJob(client, branch, 'RETRY', '1');
    await waitForJob(client, { ...branch, jobId: '2' }, 'SUCCEED');
    await deleteJob(client, { ...branch, jobId: '1' });
    expect(await refused(branch.appId)).toEqual(exists);
  });
});
