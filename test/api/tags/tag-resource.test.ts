import { expect, test } from 'vitest';
import { createApp, getApp, listApps } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { refusalOf } from '../../support/errors.ts';
import { race, times } from '../../support/race.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor, withServer } from '../../support/server.ts';
import { numberedTags, tag, tagsOf, untag } from '../../support/tags.ts';

const clock = createClock(Date.UTC(2025, 8, 15, 16, 16, 29, 402));

withServer('TagResource', { now: clock.now }, (subject) => {
  // Terraform and CloudFormation read the tags from GetApp, at once.
  test('a tag shows at once wherever the app does', async () => {
    const { client } = subject();
    const created = await createApp(client, { tags: { team: 'web' } });
    clock.advance(1000);
    await tag(client, created.appArn, { stage: 'beta' });
    const tags = { team: 'web', stage: 'beta' };
    expect(await tagsOf(client, created.appArn)).toEqual(tags);
    // Backline's choice: tagging is no update of the app.
    expect(await getApp(client, created.appId)).toEqual({ ...created, tags });
    expect((await listApps(client)).items).toEqual([{ ...created, tags }]);
  });

  test('the answer is an empty object', async () => {
    const client = clientFor(subject().endpoint);
    const { appArn } = await createApp(client);
    const bodies = rawAnswersOf(client);
    await tag(client, appArn, { team: 'web' });
    await untag(client, appArn, ['team']);
    expect(bodies).toEqual(['{}', '{}']);
    client.destroy();
  });

  test('a tag that is there takes the new value, the others stay', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client, { tags: { team: 'web', stage: 'beta' } });
    await tag(client, appArn, { team: 'mobile', owner: 'Zoë' });
    expect(await tagsOf(client, appArn)).toEqual({ team: 'mobile', stage: 'beta', owner: 'Zoë' });
  });

  test('only the app that was named gets the tag', async () => {
    const { client } = subject();
    const [one, other] = [await createApp(client), await createApp(client)];
    await tag(client, one.appArn, { team: 'web' });
    expect(await tagsOf(client, other.appArn)).toEqual({});
  });

  // Seen on AWS: Terraform's acceptance tests EmptyTag.
  test('an empty value is a value', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client, { tags: { empty: '' } });
    await tag(client, appArn, { alsoEmpty: '' });
    expect(await tagsOf(client, appArn)).toEqual({ empty: '', alsoEmpty: '' });
  });

  test('the longest key and value, and every legal kind of character, come back to the letter', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client);
    const tags = {
      ['k'.repeat(128)]: 'v'.repeat(256),
      'aA09_.:/=+-': 'aA09_.:/=+-@',
      unicode: 'Größe 値 ٣',
      Case: '1',
      case: '2',
      'notaws:prefix': '3',
      constructor: '4',
    };
    await tag(client, appArn, tags);
    expect(await tagsOf(client, appArn)).toEqual(tags);
  });

  test('no tags to add are no error', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client, { tags: { team: 'web' } });
    await tag(client, appArn, {});
    expect(await tagsOf(client, appArn)).toEqual({ team: 'web' });
  });

  test.each([
    ['the reserved prefix', { 'aws:team': '1' }],
    ['an illegal character', { 'te am': '1' }],
    ['Unicode', { größe: '1' }],
    ['a key that is too long', { ['k'.repeat(129)]: '1' }],
    ['an empty key', { '': '1' }],
    ['an illegal character in a value', { team: 'a*b' }],
    ['a value that is too long', { team: 'v'.repeat(257) }],
  ])('%s is refused on TagResource and CreateApp alike', async (_, tags) => {
    const { client } = subject();
    const { appArn } = await createApp(client, { tags: { kept: '1' } });
    const refusals = [
      await refusalOf(tag(client, appArn, { good: '1', ...tags })),
      await refusalOf(createApp(client, { tags: { good: '1', ...tags } })),
    ];
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
      expect(refusal.message).toMatch(/^1 validation error detected: Value '.*' at 'tags' failed/);
    }
    expect(await tagsOf(client, appArn)).toEqual({ kept: '1' });
    expect((await listApps(client)).items).toHaveLength(1);
  });

  // AWS documentation: at most 50 tags on a resource.
  test('50 tags are legal in one call and 51 are not', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client);
    await tag(client, appArn, numberedTags(50));
    expect(await tagsOf(client, appArn)).toEqual(numberedTags(50));
    for (const request of [
      () => tag(client, appArn, numberedTags(51)),
      () => createApp(client, { tags: numberedTags(51) }),
    ]) {
      const refusal = await refusalOf(request());
      expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
      expect(refusal.message).toContain(
        "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
      );
    }
  });

  // The limit is AWS's, the text is Backline's choice.
  test('50 tags are the limit after merging, too, and a refused call adds none of its tags', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client, { tags: numberedTags(49) });
    expect(await refusalOf(tag(client, appArn, numberedTags(2, 49)))).toEqual({
      name: 'BadRequestException',
      message: 'The resource would have more than the maximum of 50 tags.',
      status: 400,
    });
    expect(await tagsOf(client, appArn)).toEqual(numberedTags(49));
    await tag(client, appArn, numberedTags(1, 49));
    expect(await tagsOf(client, appArn)).toEqual(numberedTags(50));
  });

  test('at 50 tags a value can still be changed, and a removed one makes room', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client, { tags: numberedTags(50) });
    await tag(client, appArn, { key7: 'changed' });
    expect(await tagsOf(client, appArn)).toEqual({ ...numberedTags(50), key7: 'changed' });
    await untag(client, appArn, ['key7']);
    await tag(client, appArn, { fresh: '1' });
    expect(Object.keys((await tagsOf(client, appArn)) ?? {})).toHaveLength(50);
  });

  test('30 clients that add different tags at the same time lose none', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client);
    const { won } = await race(times(30, (number) => tag(client, appArn, numberedTags(1, number))));
    expect(won).toHaveLength(30);
    expect(await tagsOf(client, appArn)).toEqual(numberedTags(30));
  });

  test('60 clients that add different tags at the same time stop at exactly 50', async () => {
    const { client } = subject();
    const { appArn } = await createApp(client);
    const { won, refusals } = await race(times(60, (number) => tag(client, appArn, numberedTags(1, number))));
    expect(won).toHaveLength(50);
    expect(refusals).toHaveLength(10);
    for (const refusal of refusals) expect(refusal.name).toBe('BadRequestException');
    expect(Object.keys((await tagsOf(client, appArn)) ?? {})).toHaveLength(50);
  });
});
