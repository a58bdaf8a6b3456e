import { expect, test } from 'vitest';
import {
  createApp,
  createEnvironment,
  deleteEnvironment,
  getEnvironment,
  listEnvironments,
} from '../../support/amplify.ts';
import { refusalOf } from '../../support/errors.ts';
import { race } from '../../support/race.ts';
import { account, withServer } from '../../support/server.ts';

withServer('A backend environment with an awkward name', {}, (subject) => {
  test.each([
    ['a slash', 'feature/login'],
    ['slashes at the ends', '/feature/'],
    ['what looks encoded', 'a%2Fb'],
    ['a percent sign', '100%'],
    ['spaces', ' with space '],
    ['only a space', ' '],
    ['a plus', 'dev+test'],
    ['Unicode', 'ünï/コード'],
    ['characters beyond 16 bits', '🚀𝔘'],
    ['combining characters, which are not normalised', 'e\u0301 \u00e9'],
    ['one dot', '.'],
    ['two dots', '..'],
    ['dots', 'v1.2.3'],
    ['upper case', 'PROD'],
    ['what splits an address', 'a?b#c'],
    ['what splits a query', 'a&b=c;d'],
    ['quotes', `"it's"`],
    ['what splits a statement', "dev'; drop table apps; --"],
    ['wildcards', '%_*'],
    ['a backslash', 'a\\b'],
    ['line breaks', 'first\r\nsecond\ttab'],
    ['a name of the path', 'backendenvironments'],
    ['the longest name', 'n'.repeat(255)],
    ['the longest name beyond 16 bits', '🚀'.repeat(255)],
  ])('is one name in every operation: %s', async (_, environmentName) => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const created = await createEnvironment(client, { appId, environmentName });
    expect(created.environmentName).toBe(environmentName);
    expect(created.backendEnvironmentArn).toBe(
      `arn:aws:amplify:us-east-1:${account}:apps/${appId}/backendenvironments/${environmentName}`,
    );
    const decoy = await createEnvironment(client, { appId, environmentName: 'decoy' });

    expect(await getEnvironment(client, appId, environmentName)).toEqual(created);
    expect((await listEnvironments(client, { appId })).items).toHaveLength(2);
    expect((await listEnvironments(client, { appId, environmentName })).items).toEqual([created]);
    expect((await refusalOf(createEnvironment(client, { appId, environmentName }))).message).toBe(
      `BackendEnvironment ${environmentName} already exists.`,
    );

    expect(await deleteEnvironment(client, appId, environmentName)).toEqual(created);
    expect((await refusalOf(getEnvironment(client, appId, environmentName))).message).toBe(
      `BackendEnvironment ${environmentName} does not exist.`,
    );
    expect((await listEnvironments(client, { appId })).items).toEqual([decoy]);
  });

  // Backline's choice: no database keeps this character to the letter.
  test('a name with U+0000 is refused by every operation', async () => {
    const { client } = subject();
    const { appId } = await createApp(client);
    const environmentName = 'a\0b';
    const { won, refusals } = await race<unknown>([
      createEnvironment(client, { appId, environmentName }),
      getEnvironment(client, appId, environmentName),
      deleteEnvironment(client, appId, environmentName),
      listEnvironments(client, { appId, environmentName }),
    ]);
    expect(won).toEqual([]);
    expect(refusals).toEqual(
      Array(4).fill({
        name: 'BadRequestException',
        message: "The text at 'environmentName' contains the character U+0000.",
        status: 400,
      }),
    );
  });
});
