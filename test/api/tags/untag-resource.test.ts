import { expect, test } from 'vitest';
import { createApp, getApp, listApps } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { withServer } from '../../support/server.ts';
import { numberedTags, tag, tagsOf, untag } from '../../support/tags.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

withServer('UntagResource and ListTagsForResource', { now: clock.now }, (subject) => {
  test('a removed tag is gone at once wherever the app shows', async () => {
    const { client } = subject();
    const created = await createApp(client, { tags: { team: 'web', stage: 'beta' } });
    clock.advance(1000);
    await untag(client, created.appArn, ['stage']);
    const tags = { team: 'web' };
    expect(await tagsOf(client, created.appArn)).toEqual(tags);
    expect(await getApp(client, created.appId)).toEqual({ ...created, tags });
    expect((await listApps(client)).items).toEqual([{ ...created, tags }]);
  });

  test('several keys go in one call, in any number of query members', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client, { tags: { ...numberedTags(50) } });
    await untag(client, appArn, Object.keys(numberedTags(49)));
    expect(await tagsOf(client, appArn)).toEqual({ key49: 'value49' });
    await untag(client, appArn, ['key49']);
    expect(await tagsOf(client, appArn)).toEqual({});
  });

  test('keys with reserved characters of a query are one key each', async () => {
    const { client } = subject();
    const tags = { 'a=b': '1', 'a+b': '2', 'a/b:c': '3', 'a;b': '4', a: '5' };
    const { appArn } = await createApp(client, { tags });
    await untag(client, appArn, ['a=b', 'a+b', 'a/b:c', 'a;b']);
    expect(await tagsOf(client, appArn)).toEqual({ a: '5' });
  });

  test('a key that is not there is no error', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client, { tags: { team: 'web' } });
    await untag(client, appArn, ['missing', 'TEAM']);
    expect(await tagsOf(client, appArn)).toEqual({ team: 'web' });
  });

  test.each([
    ['no key', [], 'Member must have length greater than or equal to 1'],
    ['51 keys', Object.keys(numberedTags(51)), 'Member must have length less than or equal to 50'],
    ['an illegal key', ['te am'], 'Member must satisfy constraint: ['],
    ['a key with the reserved prefix', ['aws:team'], 'Member must satisfy constraint: ['],
  ])('%s is refused', async (_, keys, violation) => {
    const { client } = subject();
    const { appArn } = await createApp(client, { tags: { team: 'web' } });
    const refusal = await refusalOf(untag(client, appArn, keys));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    // A query cannot carry an empty list: to the server it is missing.
    const seen = keys.length === 0 ? 'Member must not be null' : violation;
    expect(refusal.message).toContain(`at 'tagKeys' failed to satisfy constraint: ${seen}`);
    expect(await tagsOf(client, appArn)).toEqual({ team: 'web' });
  });

  test('an app that never had tags has an empty map', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client);
    expect(await tagsOf(client, appArn)).toEqual({});
  });

  test('clients that add and remove different tags at the same time disturb nobody', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client, { tags: numberedTags(20) });
    const { won } = await race(
      times(40, (number) =>
        number < 20 ? untag(client, appArn, [`key${number}`]) : tag(client, appArn, numberedTags(1, number)),
      ),
    );
    expect(won).toHaveLength(40);
    expect(await tagsOf(client, appArn)).toEqual(numberedTags(20, 20));
  });
});
