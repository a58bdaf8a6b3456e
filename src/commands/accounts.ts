import { ConfigError } from '../config.ts';
import { listSuspended, setSuspended } from '../store/accounts.ts';
import { type Command, databaseSettings, type Invocation, refuseWords, withStore } from './command.ts';

export const suspendAccount: Command = {
  usage: 'accounts suspend ACCOUNT',
  summary: 'Answer every request of an account with UnauthorizedException (401).',
  settings: databaseSettings,
  run: (invocation) => setStanding(invocation, Date.now(), 'is suspended'),
};

export const resumeAccount: Command = {
  usage: 'accounts resume ACCOUNT',
  summary: 'Take a suspension back.',
  settings: databaseSettings,
  run: (invocation) => setStanding(invocation, null, 'is in good standing'),
};

export const listSuspendedAccounts: Command = {
  usage: 'accounts list',
  summary: 'List the suspended accounts and since when.',
  settings: databaseSettings,
  run: async (invocation) => {
    refuseWords(invocation);
    return withStore(invocation.config, async (store) => {
      const suspended = await listSuspended(store.read);
      if (suspended.length === 0) return ['No account is suspended.'];
      return suspended.map(
        ({ account, suspendedAt }) => `${account}  ${new Date(suspendedAt).toISOString()}`,
      );
    });
  },
};

async function setStanding({ config, words }: Invocation, suspendedAt: number | null, outcome: string) {
  const [account, ...more] = words;
  if (account === undefined || more.length > 0 || !/^\d{12}$/.test(account)) {
    throw new ConfigError('Name one account, as twelve digits.');
  }
  return withStore(config, async (store) => {
    await store.transact((tx) => setSuspended(tx, account, suspendedAt));
    return [`Account ${account} ${outcome}.`];
  });
}
