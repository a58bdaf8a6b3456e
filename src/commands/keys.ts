import { generateAccessKey, seal } from '../auth/sealed-secrets.ts';
import { ConfigError } from '../config.ts';
import { openKeyFile } from '../startup.ts';
import { deleteAccessKey, insertAccessKey, listAccessKeys } from '../store/access-keys.ts';
import { type Command, databaseSettings, refuseWords, withStore } from './command.ts';

export const createKey: Command = {
  usage: 'keys create',
  summary: 'Make an access key for --account; its secret is shown this once.',
  settings: [...databaseSettings, 'account'],
  run: async (invocation) => {
    refuseWords(invocation);
    const { config } = invocation;
    return withStore(config, async (store) => {
      const { accessKeyId, secretAccessKey } = generateAccessKey();
      const { account } = config;
      const sealedSecret = seal(openKeyFile(config), secretAccessKey, `${account}/${accessKeyId}`);
      await store.transact((tx) =>
        insertAccessKey(tx, { accessKeyId, account, sealedSecret, createTime: Date.now() }),
      );
      return [`AWS_ACCESS_KEY_ID=${accessKeyId}`, `AWS_SECRET_ACCESS_KEY=${secretAccessKey}`];
    });
  },
};

export const listKeys: Command = {
  usage: 'keys list',
  summary: 'List the access keys: id, account, time of creation.',
  settings: databaseSettings,
  run: async (invocation) => {
    refuseWords(invocation);
    return withStore(invocation.config, async (store) => {
      const keys = await listAccessKeys(store.read);
      if (keys.length === 0) return ['There are no access keys.'];
      return keys.map(
        (key) => `${key.accessKeyId}  ${key.account}  ${new Date(key.createTime).toISOString()}`,
      );
    });
  },
};

export const deleteKey: Command = {
  usage: 'keys delete ACCESS_KEY_ID',
  summary: 'Delete an access key; requests signed with it are refused from then on.',
  settings: databaseSettings,
  run: ({ config, words }) => {
    const [accessKeyId, ...more] = words;
    if (accessKeyId === undefined || more.length > 0)
      throw new ConfigError('Name one access key id to delete.');
    return withStore(config, async (store) => {
      const isDeleted = await store.transact((tx) => deleteAccessKey(tx, accessKeyId));
      if (!isDeleted) throw new ConfigError(`There is no access key ${accessKeyId}.`);
      return [`Deleted ${accessKeyId}.`];
    });
  },
};
