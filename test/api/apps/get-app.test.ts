import { expect, test } from 'vitest';
import { createApp, deleteApp, getApp } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { withServer } from '../../support/server.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

withServer('GetApp', { now: clock.now }, (subject) => {
  test('an app is found at once, and later, as it was created', async () => {
    const { client } = subject();
    const created = await createApp(client, { description: 'kept' });
    expect(await getApp(client, created.appId)).toEqual(created);
    clock.advance(86_400_000);
    await createApp(client);
    expect(await getApp(client, created.appId)).toEqual(created);
  });

  // Seen on AWS: aws-amplify/amplify-cli#4506, #3966.
  test.each(['dunknown', 'd3ckx997pvqncj'])('an unknown app is not found: %s', async (appId) => {
    expect(await refusalOf(getApp(subject().client, appId))).toEqual({
      name: 'NotFoundException',
      message: `App ${appId} not found.`,
      status: 404,
    });
  });

  test('a deleted app is not found', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    await deleteApp(client, appId);
    expect((await refusalOf(getApp(client, appId))).message).toBe(`App ${appId} not found.`);
  });

  test.each(['Not-An-Id', 'x123', 'd', 'dABC', 'd/x', 'd%2e'])(
    'an id that no app can have is a violation of the published pattern: %s',
    async (appId) => {
      expect(await refusalOf(getApp(subject().client, appId))).toEqual({
        name: 'BadRequestException',
        message:
          `1 validation error detected: Value '${appId}' at 'appId' failed to satisfy constraint: ` +
          'Member must satisfy regular expression pattern: d[a-z0-9]+',
        status: 400,
      });
    },
  );

  test('an id that is too long is a violation of the published bounds', async () => {
    const refusal = await refusalOf(getApp(subject().client, `d${'1'.repeat(20)}`));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toContain('Member must have length less than or equal to 20');
  });
});
