import { buildSettings } from './builds.ts';
import { hostingSettings } from './hosting.ts';
import { oneOf, type Setting, text, turnedOff } from './setting.ts';

/**
 * Every setting of the server: types, flags, environment variables, help and docs/configuration.md are made
 * from this one table. A flag wins over its variable, and that over the default.
 */
export const settings = {
  host: text('127.0.0.1', 'Address to listen on.'),
  port: {
    kind: 'number',
    initial: 4620,
    max: 65535,
    about: 'Port to listen on; 0 takes any that is free.',
  } as Setting<number>,
  data: text('.backline', 'Folder of the embedded database and of the key file; created with mode 0700.'),
  ephemeral: turnedOff('Keep everything in memory; it is gone at the end.'),
  databaseUrl: {
    kind: 'text',
    initial: undefined,
    about: 'PostgreSQL to use instead of the embedded database: postgres://user:password@host/name.',
    pattern: /^postgres(ql)?:\/\//,
    isSecret: true,
  } as Setting<string | undefined>,
  auth: oneOf(
    ['off', 'keys'],
    'off: any AWS credentials are taken, on a loopback address only. ' +
      'keys: full SigV4 verification against the keys of `backline keys`.',
  ),
  account: text(
    '123456789012',
    'Account of callers with --auth off whose access key is not itself twelve digits.',
    /^\d{12}$/,
  ),
  allowAnonymousNetwork: turnedOff(
    'Allow --auth off on an address that others can reach: whoever reaches it may do everything.',
  ),
  allowHost: {
    kind: 'list',
    initial: [],
    about:
      'Host name, without a port, under which clients reach the API beside localhost; may be repeated (in the variable: separated by commas).',
    pattern: /^[A-Za-z0-9.-]+$/,
  } as Setting<readonly string[]>,
  publicUrl: {
    kind: 'text',
    initial: undefined,
    about:
      'Address under which clients reach this server, such as https://backline.example: links begin with it. ' +
      'Without it, with the host of the request.',
    pattern: /^https?:\/\/[^/]+$/,
  } as Setting<string | undefined>,
  domains: {
    kind: 'words',
    words: ['auto', 'dns'],
    initial: undefined,
    about:
      'auto: domain associations verify themselves after a moment. dns: their records are looked up. ' +
      'Default: auto on a loopback address, otherwise dns.',
  } as Setting<'auto' | 'dns' | undefined>,
  dnsServer: {
    kind: 'text',
    initial: undefined,
    about: 'Name server for --domains dns, as ADDRESS or ADDRESS:PORT. Default: those of the machine.',
    pattern: /^[0-9a-fA-F.:[\]]+$/,
  } as Setting<string | undefined>,
  domainStep: {
    kind: 'number',
    initial: 1000,
    max: 3_600_000,
    about: 'How long each state of a domain association lasts at least, in milliseconds.',
  } as Setting<number>,
  siteDomain: {
    kind: 'text',
    initial: undefined,
    about:
      'Domain under which sites are served beside localhost, such as sites.example: <branch>.<app id>.sites.example. ' +
      'It also becomes the default domain of apps, in place of amplifyapp.com.',
    pattern: /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  } as Setting<string | undefined>,
  keepDeployments: {
    kind: 'number',
    initial: 10,
    max: 10_000,
    about: 'How many deployments of a branch are kept to go back to, that of its visitors included.',
  } as Setting<number>,
  s3Endpoint: {
    kind: 'text',
    initial: undefined,
    about:
      "Where s3:// sources of StartDeployment are fetched from, such as http://127.0.0.1:9000. Default: AWS's.",
    pattern: /^https?:\/\/[^/]+\/?$/,
  } as Setting<string | undefined>,
  allowPrivateSources: turnedOff(
    'On a network address: let StartDeployment fetch from this host and from private networks, and let builds ' +
      'clone from there, from file:// and by ssh.',
  ),
  trustProxy: {
    kind: 'list',
    initial: [],
    about:
      'Address of a reverse proxy in front, whose X-Forwarded-For and X-Forwarded-Proto say who visits a site; may be repeated (in the variable: separated by commas).',
    pattern: /^[0-9a-fA-F.:]+$/,
  } as Setting<readonly string[]>,
  viewerCountry: {
    kind: 'text',
    initial: undefined,
    about:
      'Country of visitors without a CloudFront-Viewer-Country header, for rules with a condition, such as US.',
    pattern: /^[A-Z]{2}$/,
  } as Setting<string | undefined>,
  allowHttpTargets: turnedOff('Let rules proxy to http:// addresses; AWS proxies to https:// only.'),
  ...hostingSettings,
  ...buildSettings,
  quotas: text(
    'off',
    'off, aws (the defaults of AWS), or a JSON file with any of appsPerRegion, appCreationsPerHour, ' +
      'backendEnvironmentsPerApp, branchesPerApp, webhooksPerApp, domainsPerApp, subDomainsPerDomain, ' +
      'concurrentJobs.',
  ),
  environmentNames: oneOf(
    ['any', 'strict'],
    'any: 1 to 255 characters, as the published model says. ' +
      'strict: 2 to 10 lower-case letters, as AWS enforced in 2019.',
  ),
  log: oneOf(
    ['auto', 'human', 'json', 'off'],
    'Form of the log on standard error; auto: human on a terminal, otherwise json.',
  ),
};
