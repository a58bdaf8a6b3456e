import { ListTagsForResourceCommand } from '@aws-sdk/client-amplify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteApp,
  deleteEnvironment,
  getApp,
  getEnvironment,
  listApps,
  listEnvironments,
  updateApp,
} from '../support/amplify.ts';
import { onEachKeptDatabase, type Place } from '../support/databases.ts';
import { refusalOf } from '../support/errors.ts';
import { flagsOf, type RunningProgram, runProgram, startProgram } from '../support/process.ts';
import { clientFor } from '../support/server.ts';

const suspended = {
  name: 'UnauthorizedException',
  // Seen on AWS in 2026, for an account that is not in good standing.
  message:
    "We've noticed an issue with your AWS account. To resolve this, please open a Billing Support Case.",
  status: 401,
};

onEachKeptDatabase('suspension of an account', (createPlace) => {
  let place: Place;
  let server: RunningProgram;
  beforeAll(async () => {
    place = await createPlace();
    server = await startProgram(flagsOf(place));
  });
  afterAll(() => server?.stop());

  async function backline(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runProgram([...args, ...flagsOf(place)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  }

  const clientOf = (account: string) =>
    clientFor(server.endpoint, { credentials: { accessKeyId: account, secretAccessKey: 'any' } });

  test('a suspended account is refused on every operation at once, until it is resumed', async () => {
    const client = clientOf('111122223333');
    const { appId, appArn } = await createApp(client);
    const environment = await createEnvironment(client, { appId, environmentName: 'dev' });

    expect(await backline('accounts', 'suspend', '111122223333')).toBe(
      'Account 111122223333 is suspended.\n',
    );
    const requests = [
      () => createApp(client),
      () => getApp(client, appId),
      () => listApps(client),
      () => updateApp(client, { appId, name: 'other' }),
      () => createEnvironment(client, { appId, environmentName: 'dev' }),
      () => getEnvironment(client, appId, 'dev'),
      () => listEnvironments(client, { appId }),
      () => deleteEnvironment(client, appId, 'dev'),
      () => client.send(new ListTagsForResourceCommand({ resourceArn: appArn })),
      () => deleteApp(client, appId),
    ];
    for (const request of requests) expect(await refusalOf(request())).toEqual(suspended);

    const resumed = await backline('accounts', 'resume', '111122223333');
    expect(resumed).toBe('Account 111122223333 is in good standing.\n');
    expect(await getEnvironment(client, appId, 'dev')).toEqual(environment);
    expect((await getApp(client, appId)).name).toBe('shop');
  });

  test('other accounts do not notice', async () => {
    await backline('accounts', 'suspend', '444455556666');
    const { appId } = await createApp(clientOf('777788889999'));
    await createEnvironment(clientOf('777788889999'), { appId, environmentName: 'dev' });
    await backline('accounts', 'resume', '444455556666');
  });

  test('the list shows the suspended accounts and since when', async () => {
    expect(await backline('accounts', 'list')).toBe('No account is suspended.\n');
    const before = Date.now();
    await backline('accounts', 'suspend', '222233334444');
    await backline('accounts', 'suspend', '111122223333');
    const lines = (await backline('accounts', 'list')).trimEnd().split('\n');
    expect(lines.map((line) => line.split('  ')[0])).toEqual(['111122223333', '222233334444']);
    for (const line of lines) {
      const since = Date.parse(line.split('  ')[1] ?? '');
      expect(since).toBeGreaterThanOrEqual(before);
      expect(since).toBeLessThanOrEqual(Date.now());
    }
    await backline('accounts', 'resume', '111122223333');
    await backline('accounts', 'resume', '222233334444');
    expect(await backline('accounts', 'list')).toBe('No account is suspended.\n');
  });
});
