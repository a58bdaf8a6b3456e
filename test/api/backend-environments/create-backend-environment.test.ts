import { expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteApp,
  deleteEnvironment,
  getEnvironment,
} from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { account, clientFor, withServer } from '../../support/server.ts';

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);
const clock = createClock(at);

withServer('CreateBackendEnvironment', { now: clock.now }, (subject) => {
  const createAppId = async (name = 'shop') => (await createApp(subject().client, { name })).appId;

  // Seen on AWS, 2025-09-15: an app in the folder e-plantShopping, environment paradise.
  test('names that are left out are generated as on AWS', async () => {
    const appId = await createAppId('e-plantShopping');
    const environment = await createEnvironment(subject().client, { appId, environmentName: 'paradise' });
    expect(environment).toEqual({
      backendEnvironmentArn: `arn:aws:amplify:us-east-1:${account}:apps/${appId}/backendenvironments/paradise`,
      environmentName: 'paradise',
      stackName: 'amplify-e-plantShopp-paradise-161629',
      deploymentArtifacts: 'e-plantshopp-paradise-161629-deployment',
      createTime: new Date(at),
      updateTime: new Date(at),
    });
  });

  // Seen on AWS: the members of an item of list-backend-environments, in this order, and no appId.
  test('the answer holds the six members of an environment and nothing else', async () => {
    const appId = await createAppId();
    const client = clientFor(subject().endpoint);
    const bodies = rawAnswersOf(client);
    await createEnvironment(client, { appId, environmentName: 'dev' });
    const answer = JSON.parse(bodies[0] ?? '');
    expect(Object.keys(answer)).toEqual(['backendEnvironment']);
    expect(Object.keys(answer.backendEnvironment)).toEqual([
      'backendEnvironmentArn',
      'environmentName',
      'stackName',
      'deploymentArtifacts',
      'createTime',
      'updateTime',
    ]);
    client.destroy();
  });

  test('a given stack name is kept and the artifacts are still generated', async () => {
    const appId = await createAppId();
    const environment = await createEnvironment(subject().client, {
      appId,
      environmentName: 'dev',
      stackName: 'my-stack',
    });
    expect(environment.stackName).toBe('my-stack');
    expect(environment.deploymentArtifacts).toBe('shop-dev-161629-deployment');
  });

  test('given artifacts are kept and the stack name is still generated', async () => {
    const appId = await createAppId();
    const environment = await createEnvironment(subject().client, {
      appId,
      environmentName: 'dev',
      deploymentArtifacts: 'my-bucket',
    });
    expect(environment.stackName).toBe('amplify-shop-dev-161629');
    expect(environment.deploymentArtifacts).toBe('my-bucket');
  });

  // Seen on AWS: Terraform's acceptance tests read both back unchanged.
  test.each([
    ['plain names', 'amplify-shop-dev-1', 'amplify-shop-dev-1-deployment'],
    ['names that no stack or bucket could have', 'Stack Nr. 1/2 %2F', ' bucket/with spaces_and.dots '],
    ['Unicode', 'スタック 🚀 e\u0301', 'корзина/東京'],
    ['one character', '-', '/'],
    ['the longest', 's'.repeat(255), 'b'.repeat(1000)],
    ['the longest in Unicode', '🚀'.repeat(255), '漢'.repeat(1000)],
    ['line breaks', 'first\nsecond', '\tfirst\r\nsecond'],
  ])('given names come back to the letter: %s', async (_, stackName, deploymentArtifacts) => {
    const appId = await createAppId();
    const given = { environmentName: 'dev', stackName, deploymentArtifacts };
    const created = await createEnvironment(subject().client, { appId, ...given });
    expect(created).toMatchObject(given);
    expect(await getEnvironment(subject().client, appId, 'dev')).toEqual(created);
  });

  // Seen on AWS: aws-amplify/amplify-hosting#339.
  test('a second create of the same environment is refused and changes nothing', async () => {
    const appId = await createAppId();
    const first = await createEnvironment(subject().client, { appId, environmentName: 'master' });
    clock.advance(5000);
    const refusal = await refusalOf(
      createEnvironment(subject().client, { appId, environmentName: 'master', stackName: 'other' }),
    );
    expect(refusal).toEqual({
      name: 'BadRequestException',
      message: 'BackendEnvironment master already exists.',
      status: 400,
    });
    expect(await getEnvironment(subject().client, appId, 'master')).toEqual(first);
  });

  test('two apps can each have an environment of the same name', async () => {
    const [one, other] = [await createAppId('one'), await createAppId('other')];
    await createEnvironment(subject().client, { appId: one, environmentName: 'dev', stackName: 'of-one' });
    await createEnvironment(subject().client, {
      appId: other,
      environmentName: 'dev',
      stackName: 'of-other',
    });
    expect((await getEnvironment(subject().client, one, 'dev')).stackName).toBe('of-one');
    expect((await getEnvironment(subject().client, other, 'dev')).stackName).toBe('of-other');
  });

  test('names that differ only in case are two environments', async () => {
    const appId = await createAppId();
    await createEnvironment(subject().client, { appId, environmentName: 'dev', stackName: 'lower' });
    await createEnvironment(subject().client, { appId, environmentName: 'Dev', stackName: 'upper' });
    expect((await getEnvironment(subject().client, appId, 'dev')).stackName).toBe('lower');
    expect((await getEnvironment(subject().client, appId, 'Dev')).stackName).toBe('upper');
  });

  test('a deleted environment can be created again, with times and names of its own', async () => {
    const appId = await createAppId();
    const first = await createEnvironment(subject().client, { appId, environmentName: 'dev' });
    await deleteEnvironment(subject().client, appId, 'dev');
    clock.set(at + 61_000);
    const second = await createEnvironment(subject().client, { appId, environmentName: 'dev' });
    expect(first.stackName).toBe('amplify-shop-dev-161629');
    expect(second.stackName).toBe('amplify-shop-dev-161730');
    expect(second.createTime).toEqual(new Date(at + 61_000));
    expect(second.updateTime).toEqual(second.createTime);
    expect(await getEnvironment(subject().client, appId, 'dev')).toEqual(second);
  });

  // Backline's choice: the answer of AWS was not observed; the text is that of GetApp.
  test('an unknown app is not found', async () => {
    const refusal = await refusalOf(
      createEnvironment(subject().client, { appId: 'dunknown', environmentName: 'dev' }),
    );
    expect(refusal).toEqual({ name: 'NotFoundException', message: 'App dunknown not found.', status: 404 });
  });

  test('a deleted app is not found', async () => {
    const appId = await createAppId();
    await deleteApp(subject().client, appId);
    const refusal = await refusalOf(createEnvironment(subject().client, { appId, environmentName: 'dev' }));
    expect(refusal).toEqual({ name: 'NotFoundException', message: `App ${appId} not found.`, status: 404 });
  });

  test('what breaks the published bounds is refused with every violation', async () => {
    const appId = await createAppId();
    const refusal = await refusalOf(
      createEnvironment(subject().client, {
        appId,
        environmentName: 'e'.repeat(256),
        stackName: '',
        deploymentArtifacts: 'b'.repeat(1001),
      }),
    );
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toMatch(/^4 validation errors detected: /);
    expect(refusal.message).toContain(
      `'${'e'.repeat(256)}' at 'environmentName' failed to satisfy constraint: Member must have length less than or equal to 255`,
    );
    expect(refusal.message).toContain(
      "Value '' at 'stackName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
    expect(refusal.message).toContain("at 'deploymentArtifacts' failed to satisfy constraint: ");
    expect((await refusalOf(getEnvironment(subject().client, appId, 'e'.repeat(255)))).status).toBe(404);
  });

  test('an environment without a name is refused', async () => {
    const appId = await createAppId();
    const refusal = await refusalOf(
      createEnvironment(subject().client, { appId, environmentName: undefined }),
    );
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toContain(
      "'environmentName' failed to satisfy constraint: Member must not be null",
    );
  });
});
