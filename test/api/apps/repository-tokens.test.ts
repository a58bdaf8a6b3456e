import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UpdateAppCommandInput } from '@aws-sdk/client-amplify';
import { expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config.ts';
import { tokenContext } from '../../../src/domain/app.ts';
import { createSecrets } from '../../../src/startup.ts';
import { createApp, deleteApp, getApp, listApps, updateApp } from '../../support/amplify.ts';
import { withConfiguredServer } from '../../support/configured-server.ts';
import { refusalOf } from '../../support/errors.ts';
import { rawAnswersOf } from '../../support/raw-answers.ts';
import { clientFor } from '../../support/server.ts';

const repository = 'https://git.example/shop.git';
const accessToken = 'plain-access-token-7Qw';
const oauthToken = 'plain-oauth-token-9Zx';

withConfiguredServer(
  'The token of a repository',
  async () => ({}),
  (subject) => {
    /** Every row of every table. */
    const readDatabase = async () => {
      const { read } = subject().store;
      const tables = await read.introspection.getTables();
      expect(tables.map(({ name }) => name)).toContain('apps');
      const rows = await Promise.all(
        tables.map(({ name }) =>
          read
            .selectFrom(name as 'apps')
            .selectAll()
            .execute(),
        ),
      );
      return JSON.stringify(rows);
    };
    /** Every byte of the data folder. */
    const readFolder = () => {
      const entries = readdirSync(subject().place.options.data ?? '', {
        recursive: true,
        withFileTypes: true,
      });
      const files = entries.filter((entry) => entry.isFile());
      expect(files.map(({ name }) => name)).toContain('secret.key');
      return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('\n');
    };
    const sealedTokenOf = async (appId: string) => {
      const { read } = subject().store;
      const query = read.selectFrom('apps').select('sealed_token').where('app_id', '=', appId);
      return (await query.executeTakeFirstOrThrow()).sealed_token;
    };
    const secrets = () => createSecrets(defaultConfig({ ...subject().place.options }));
    /** The token that is kept for an app, opened with the key file as the server opens it. */
    const tokenOf = async (appId: string) => {
      const sealed = await sealedTokenOf(appId);
      return sealed === null ? undefined : JSON.parse(secrets().unseal(sealed, tokenContext(appId)));
    };
    const isPlain = expect.stringMatching(/plain-(access|oauth)-token/);

    test('is in no answer, no log line, no table and no file as it is', async () => {
      const { endpoint, lines } = subject();
      const client = clientFor(endpoint);
      const bodies = rawAnswersOf(client);
      const { appId } = await createApp(client, { repository, accessToken });
      await createApp(client, { repository, accessToken, oauthToken });
      await getApp(client, appId);
      await listApps(client);
      await updateApp(client, { appId, oauthToken });
      const changes: Omit<UpdateAppCommandInput, 'appId'>[] = [
        { accessToken, oauthToken, repository: 'nonsense' },
        { accessToken: accessToken.repeat(20), oauthToken: oauthToken.repeat(100) },
        { accessToken, oauthToken, platform: 'DESKTOP' as never },
      ];
      for (const change of changes) await refusalOf(updateApp(client, { appId, ...change }));
      await refusalOf(createApp(client, { repository: 'svn://x/y', accessToken, oauthToken }));
      await refusalOf(updateApp(client, { appId: 'dunknown', accessToken, oauthToken }));
      expect(await readDatabase()).not.toEqual(isPlain);
      expect(readFolder()).not.toEqual(isPlain);
      await deleteApp(client, appId);
      expect(bodies).toHaveLength(11);
      expect(bodies.join('\n')).not.toEqual(isPlain);
      for (const operation of ['CreateApp', 'UpdateApp']) expect(lines.join('')).toContain(operation);
      expect(lines.join('')).not.toEqual(isPlain);
      client.destroy();
    });

    test.each([
      ['an access token', { accessToken }, { kind: 'accessToken', value: accessToken }],
      ['an OAuth token', { oauthToken }, { kind: 'oauthToken', value: oauthToken }],
      [
        'both, of which the access token counts',
        { accessToken, oauthToken },
        { kind: 'accessToken', value: accessToken },
      ],
      [
        'an empty one, which is none',
        { accessToken, oauthToken: '' },
        { kind: 'accessToken', value: accessToken },
      ],
    ])('is kept for who has the key file: %s', async (_, tokens, kept) => {
      const { client } = subject();
      const one = await createApp(client, { repository, ...tokens });
      expect(await tokenOf(one.appId)).toEqual(kept);
      const other = await createApp(client, { repository });
      expect(await tokenOf(other.appId)).toBeUndefined();
      await updateApp(client, { appId: other.appId, ...tokens });
      expect(await tokenOf(other.appId)).toEqual(kept);
    });

    test('opens for no other app', async () => {
      const { client } = subject();
      const { appId } = await createApp(client, { repository, accessToken });
      const sealed = (await sealedTokenOf(appId)) ?? '';
      expect(() => secrets().unseal(sealed, tokenContext('dother'))).toThrow();
      expect(secrets().unseal(sealed, tokenContext(appId))).toContain(accessToken);
    });

    test.each([
      ['nothing of it is said', {}],
      ['it is the same', { repository }],
      ['it is empty, which changes nothing', { repository: '' }],
      ['the token is empty, which changes nothing', { oauthToken: '' }],
    ])('stays with its repository when %s', async (_, change) => {
      const { client } = subject();
      const { appId } = await createApp(client, { repository, accessToken });
      await updateApp(client, { appId, name: 'new', ...change });
      expect(await tokenOf(appId)).toEqual({ kind: 'accessToken', value: accessToken });
    });

    test('goes when the repository moves without a new one, and gives way to a new one', async () => {
      const { client } = subject();
      const { appId } = await createApp(client, { repository, accessToken });
      await updateApp(client, { appId, repository: 'https://elsewhere.example/shop.git' });
      expect(await sealedTokenOf(appId)).toBeNull();
      await updateApp(client, { appId, repository, oauthToken });
      expect(await tokenOf(appId)).toEqual({ kind: 'oauthToken', value: oauthToken });
      await updateApp(client, { appId, accessToken });
      expect(await tokenOf(appId)).toEqual({ kind: 'accessToken', value: accessToken });
    });

    test('stays when the move is refused', async () => {
      const { client } = subject();
      const { appId } = await createApp(client, { repository, accessToken });
      await refusalOf(updateApp(client, { appId, repository: 'nonsense', oauthToken }));
      expect(await tokenOf(appId)).toEqual({ kind: 'accessToken', value: accessToken });
    });
  },
);
