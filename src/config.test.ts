import { describe, expect, test } from 'vitest';
import { ConfigError, defaultConfig, flagOf, readConfig, settingNames, variableOf } from './config.ts';
import { defaultHostingRules } from './domain/hosting-rules.ts';

const read = (args: string[], environment: Record<string, string> = {}) =>
  readConfig(args, environment).config;

function refusalOf(args: string[], environment: Record<string, string> = {}): string {
  try {
    readConfig(args, environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('The configuration was expected to be refused.');
}

test('nothing given is the default configuration', () => {
  expect(read([])).toEqual({
    host: '127.0.0.1',
    port: 4620,
    data: '.backline',
    ephemeral: false,
    databaseUrl: undefined,
    auth: 'off',
    account: '123456789012',
    allowAnonymousNetwork: false,
    allowHost: [],
    publicUrl: undefined,
    domains: undefined,
    dnsServer: undefined,
    domainStep: 1000,
    siteDomain: undefined,
    keepDeployments: 10,
    s3Endpoint: undefined,
    allowPrivateSources: false,
    trustProxy: [],
    viewerCountry: undefined,
    allowHttpTargets: false,
    ...defaultHostingRules,
    buildSandbox: undefined,
    buildMemory: undefined,
    buildProcesses: 1000,
    buildDisk: 20_000,
    buildVariable: [],
    buildSecrets: undefined,
    buildCi: 'off',
    specVariables: 'over-app',
    pollRepositories: 0,
    quotas: 'off',
    environmentNames: 'any',
    log: 'auto',
  });
});

/** For each setting a text and what it is read as. */
const samples: Record<string, [text: string, value: unknown]> = {
  host: ['0.0.0.0', '0.0.0.0'],
  port: ['0', 0],
  data: ['/var/lib/backline', '/var/lib/backline'],
  ephemeral: ['true', true],
  databaseUrl: ['postgres://user:s3cret@db/backline', 'postgres://user:s3cret@db/backline'],
  auth: ['keys', 'keys'],
  account: ['111122223333', '111122223333'],
  allowAnonymousNetwork: ['true', true],
  allowHost: ['backline', ['backline']],
  publicUrl: ['https://backline.example', 'https://backline.example'],
  domains: ['dns', 'dns'],
  dnsServer: ['127.0.0.1:5353', '127.0.0.1:5353'],
  domainStep: ['50', 50],
  siteDomain: ['sites.example', 'sites.example'],
  keepDeployments: ['3', 3],
  s3Endpoint: ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
  allowPrivateSources: ['true', true],
  trustProxy: ['10.0.0.1', ['10.0.0.1']],
  viewerCountry: ['DE', 'DE'],
  allowHttpTargets: ['true', true],
  notFoundRewriteStatus: ['200', '200'],
  notFoundRedirectStatus: ['301', '301'],
  missingPage: ['xml', 'xml'],
  extensionlessFiles: ['last', 'last'],
  htmlRedirect: ['on', 'on'],
  slashRedirectQuery: ['drop', 'drop'],
  proxyHost: ['viewer', 'viewer'],
  proxyAuthorization: ['forward', 'forward'],
  appBasicAuth: ['own-branches', 'own-branches'],
  wildcardBase: ['yes', 'yes'],
  headerPath: ['rewritten', 'rewritten'],
  buildSandbox: ['bubblewrap', 'bubblewrap'],
  buildMemory: ['512', 512],
  buildProcesses: ['50', 50],
  buildDisk: ['100', 100],
  buildVariable: ['A=b=c', ['A=b=c']],
  buildSecrets: ['/etc/backline/secrets.json', '/etc/backline/secrets.json'],
  buildCi: ['on', 'on'],
  specVariables: ['under-app', 'under-app'],
  pollRepositories: ['60', 60],
  quotas: ['aws', 'aws'],
  environmentNames: ['strict', 'strict'],
  log: ['json', 'json'],
};

describe.each(settingNames)('%s', (name) => {
  const [text, value] = samples[name] ?? expect.fail(`no sample for ${name}`);
  const isSwitch = typeof value === 'boolean';
  const flag = isSwitch ? [`--${flagOf(name)}`] : [`--${flagOf(name)}`, text];

  test('is read from its flag', () => {
    expect(read(flag)[name]).toEqual(value);
  });

  test('is read from its variable', () => {
    expect(read([], { [variableOf(name)]: text })[name]).toEqual(value);
  });

  test('is left at its default by an empty variable', () => {
    expect(read([], { [variableOf(name)]: '' })[name]).toEqual(defaultConfig()[name]);
  });

  test('changes no other setting', () => {
    expect(read(flag)).toEqual({ ...defaultConfig(), [name]: value });
  });
});

test('a flag wins over its variable', () => {
  expect(read(['--port', '1'], { BACKLINE_PORT: '2' }).port).toBe(1);
  expect(read(['--port=1'], { BACKLINE_PORT: 'no number' }).port).toBe(1);
  expect(read(['--allow-host', 'a'], { BACKLINE_ALLOW_HOST: 'b,c' }).allowHost).toEqual(['a']);
});

test('a switch is turned off by its variable', () => {
  for (const off of ['false', '0']) expect(read([], { BACKLINE_EPHEMERAL: off }).ephemeral).toBe(false);
  for (const on of ['true', '1']) expect(read([], { BACKLINE_EPHEMERAL: on }).ephemeral).toBe(true);
});

test('a list is repeated as a flag and separated by commas in the variable', () => {
  expect(read(['--allow-host', 'a', '--allow-host', 'b.c']).allowHost).toEqual(['a', 'b.c']);
  expect(read([], { BACKLINE_ALLOW_HOST: 'a, b.c,d' }).allowHost).toEqual(['a', 'b.c', 'd']);
});

test('words that are no flags come back beside the configuration', () => {
  expect(readConfig(['one', '--port', '1', 'two'], {}).words).toEqual(['one', 'two']);
});

test('a command refuses flags that it does not know, and passes over such variables', () => {
  expect(() => readConfig(['--port', '1'], {}, ['data'])).toThrow("Unknown option '--port'");
  expect(readConfig([], { BACKLINE_PORT: 'no number' }, ['data']).config.port).toBe(4620);
});

test('a mistake in a variable names the variable, in a flag the flag', () => {
  expect(refusalOf([], { BACKLINE_PORT: 'x' })).toBe(
    "BACKLINE_PORT takes a number from 0 to 65535, not 'x'.",
  );
  expect(refusalOf(['--port', 'x'])).toBe("--port takes a number from 0 to 65535, not 'x'.");
});

test.each([
  [['--port', '65536'], "--port takes a number from 0 to 65535, not '65536'."],
  [['--port=-1'], "--port takes a number from 0 to 65535, not '-1'."],
  [['--port', '1.5'], "--port takes a number from 0 to 65535, not '1.5'."],
  [['--port', '0x10'], "--port takes a number from 0 to 65535, not '0x10'."],
  [['--port', ''], "--port takes a number from 0 to 65535, not ''."],
  [['--auth', 'on'], "--auth takes off or keys, not 'on'."],
  [['--log', 'loud'], "--log takes auto or human or json or off, not 'loud'."],
  [['--environment-names', ''], "--environment-names takes any or strict, not ''."],
])('%j is refused', (args, message) => {
  expect(refusalOf(args)).toBe(message);
});

test.each([
  [['--account', '1234'], '--account'],
  [['--account', '1234567890123'], '--account'],
  [['--data', ''], '--data'],
  [['--host', ''], '--host'],
  [['--allow-host', 'a b'], '--allow-host'],
  [['--allow-host', 'http://a'], '--allow-host'],
  [['--database-url', 'mysql://db/x'], '--database-url'],
  [['--unknown'], '--unknown'],
  [['--port'], '--port'],
  [['--port', '--ephemeral'], '--port'],
  [['--port', '-1'], '--port'],
  [['--ephemeral=yes'], '--ephemeral'],
  [['-p', '1'], '-p'],
])('%j is refused in one line that names the flag', (args, flag) => {
  const message = refusalOf(args);
  expect(message).toContain(flag);
  expect(message).toMatch(/^[^\n]+$/);
});

test.each([
  [{ BACKLINE_EPHEMERAL: 'yes' }, "BACKLINE_EPHEMERAL takes true or false, not 'yes'."],
  [{ BACKLINE_AUTH: 'KEYS' }, "BACKLINE_AUTH takes off or keys, not 'KEYS'."],
])('%j is refused', (environment, message) => {
  expect(refusalOf([], environment)).toBe(message);
});

test('an empty part of a list is refused', () => {
  expect(refusalOf([], { BACKLINE_ALLOW_HOST: 'a,,b' })).toContain('BACKLINE_ALLOW_HOST');
});

test('the address of a database never shows in a message: it may hold a password', () => {
  for (const refused of ['mysql://user:s3cret@db', ' postgres://user:s3cret@db']) {
    expect(refusalOf(['--database-url', refused])).not.toContain('s3cret');
    expect(refusalOf([], { BACKLINE_DATABASE_URL: refused })).not.toContain('s3cret');
  }
});
