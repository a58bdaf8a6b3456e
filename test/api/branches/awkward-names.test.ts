import { expect, test } from 'vitest';
import { createApp } from '../../support/amplify.ts';
import { createBranch, deleteBranch, getBranch, listBranches, updateBranch } from '../../support/branches.ts';
import { refusalOf } from '../../support/errors.ts';
import { race } from '../../support/race.ts';
import { account, withServer } from '../../support/server.ts';
import { tag, tagsOf, untag } from '../../support/tags.ts';
import { createWebhook, getWebhook, updateWebhook } from '../../support/webhooks.ts';

withServer('A branch with an awkward name', {}, (subject) => {
  // The first was seen in ARNs of AWS with its slash raw: bobbyg603/aws-cdk-amplify-with-waf#6.
  test.each([
    ['a slash', 'deploy/dev'],
    ['slashes at the ends', '/feature/'],
    ['two slashes', 'a//b'],
    ['what looks encoded', 'a%2Fb'],
    ['a percent sign', '100%'],
    ['spaces', ' with space '],
    ['only a space', ' '],
    ['a plus', 'dev+test'],
    ['Unicode', 'ünï/コード'],
    ['only Unicode', '日本'],
    ['characters beyond 16 bits', '🚀𝔘'],
    ['combining characters, which are not normalised', 'e\u0301 \u00e9'],
    ['one dot', '.'],
    ['two dots', '..'],
    ['dots in a path', 'a/../b'],
    ['dots', 'v1.2.3'],
    ['upper case', 'PROD'],
    ['what splits an address', 'a?b#c'],
    ['what splits a query', 'a&b=c;d'],
    ['what splits an ARN', 'a:b:c'],
    ['quotes', `"it's"`],
    ['what splits a statement', "main'; drop table apps; --"],
    ['wildcards', '%_*'],
    ['a backslash', 'a\\b'],
    ['a tab', 'first\tsecond'],
    ['a name of the path', 'branches'],
    ['a path of the service', 'branches/main/jobs/1'],
    ['what a job has in its ARN', 'main/jobs/0000000001'],
    ['a name of an object', '__proto__'],
    ['the longest name', 'n'.repeat(255)],
    ['the longest name beyond 16 bits', '🚀'.repeat(255)],
  ])('is one name in every operation: %s', async (_, branchName) => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const created = await createBranch(client, { appId, branchName });
    expect(created.branchName).toBe(branchName);
    expect(created.branchArn).toBe(
      `arn:aws:amplify:us-east-1:${account}:apps/${appId}/branches/${branchName}`,
    );
    const decoy = await createBranch(client, { appId, branchName: 'decoy' });

    expect(await getBranch(client, appId, branchName)).toEqual(created);
    expect((await listBranches(client, { appId })).items).toHaveLength(2);
    expect((await refusalOf(createBranch(client, { appId, branchName }))).message).toBe(
      `Failed to create branch. The branch ${branchName} already exists for the app ${appId}`,
    );

    await tag(client, created.branchArn, { team: 'web', gone: '1' });
    await untag(client, created.branchArn, ['gone']);
    expect(await tagsOf(client, created.branchArn)).toEqual({ team: 'web' });
    const updated = await updateBranch(client, { appId, branchName, description: 'new' });
    expect(updated).toMatchObject({ branchName, description: 'new', tags: { team: 'web' } });
    expect(await getBranch(client, appId, branchName)).toEqual(updated);

    const { webhookId } = await createWebhook(client, { appId, branchName: 'decoy' });
    await updateWebhook(client, { webhookId, branchName });
    expect((await getWebhook(client, webhookId)).branchName).toBe(branchName);

    expect(await deleteBranch(client, appId, branchName)).toEqual(updated);
    expect((await refusalOf(getBranch(client, appId, branchName))).message).toBe(
      `Branch ${branchName} not found.`,
    );
    expect((await refusalOf(getWebhook(client, webhookId))).message).toBe(`Webhook ${webhookId} not found.`);
    expect((await listBranches(client, { appId })).items).toEqual([decoy]);
  });

  // The published pattern of resourceArn, `^arn:aws:amplify:.*`, does not cross a line break.
  test('with line breaks is one name in every operation but those on tags', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const branchName = 'first\r\nsecond\n';
    const created = await createBranch(client, { appId, branchName });
    expect(created.branchArn).toMatch(/branches\/first\r\nsecond\n$/);
    expect(await getBranch(client, appId, branchName)).toEqual(created);
    expect(await updateBranch(client, { appId, branchName })).toMatchObject({ branchName });
    const refusal = await refusalOf(tag(client, created.branchArn, { team: 'web' }));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
    expect(refusal.message).toContain("at 'resourceArn' failed to satisfy constraint: ");
    await deleteBranch(client, appId, branchName);
    expect((await listBranches(client, { appId })).items).toEqual([]);
  });

  test('names that differ only in case, or in how a letter is composed, are two branches', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const names = ['main', 'Main', 'caf\u00e9', 'cafe\u0301'];
    for (const [number, branchName] of names.entries()) {
      await createBranch(client, { appId, branchName, displayName: `b${number}`, description: `${number}` });
    }
    for (const [number, branchName] of names.entries()) {
      expect((await getBranch(client, appId, branchName)).description).toBe(`${number}`);
    }
  });

  // Backline's choice: no database keeps this character to the letter.
  test('a name with U+0000 is refused by every operation', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const branchName = 'a\0b';
    const { won, refusals } = await race<unknown>([
      createBranch(client, { appId, branchName }),
      getBranch(client, appId, branchName),
      updateBranch(client, { appId, branchName }),
      deleteBranch(client, appId, branchName),
      createWebhook(client, { appId, branchName }),
    ]);
    expect(won).toEqual([]);
    expect(refusals).toEqual(
      Array(5).fill({
        name: 'BadRequestException',
        message: "The text at 'branchName' contains the character U+0000.",
        status: 400,
      }),
    );
  });
});
