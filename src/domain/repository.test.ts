import { describe, expect, test } from 'vitest';
import { repositoryProviderNotSupported, repositoryUrlInvalid } from './refusals.ts';
import {
  checkRepository,
  isCommitId,
  kindOfRepository,
  loginFor,
  nameOfRepository,
  shownRepository,
} from './repository.ts';

describe('an address of a repository', () => {
  test.each([
    ['https://github.com/user/repo', 'https'],
    ['HTTPS://GitHub.com/user/repo.git', 'https'],
    ['http://127.0.0.1:3000/user/repo.git', 'https'],
    ['https://user:secret@example.com/repo', 'https'],
    ['https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop', 'https'],
    ['https://[::1]/repo', 'https'],
    ['ssh://git@github.com/user/repo.git', 'ssh'],
    ['ssh://github.com:2222/user/repo.git', 'ssh'],
    ['git@github.com:user/repo.git', 'ssh'],
    ['git@[::1]:repo', 'ssh'],
    ['file:///srv/git/repo.git', 'file'],
  ])('%s is taken as %s', (url, kind) => {
    expect(() => checkRepository(url)).not.toThrow();
    expect(kindOfRepository(url)).toBe(kind);
  });

  test.each([
    '',
    'github.com/user/repo',
    'user@host/repo',
    '/srv/git/repo',
    './repo',
    '-oProxyCommand=x@host:path',
    'ssh://-oProxyCommand=x/path',
    'ssh://-oProxyCommand=x@host/path',
    'ssh://%2doProxyCommand=x/path',
    'ssh://host',
    'git@-oProxyCommand=x:path',
    'git@host::path',
    'https://',
    'https:///user/repo',
    'https:github.com/user/repo',
    'https://-x/user/repo',
    'https://host:99999999/repo',
    'https::https://host/repo',
    'file://host/repo',
    'file:///',
    'https://github.com/user/my repo',
    'https://github.com/user/repo\n',
    'https://github.com/user/\u0000repo',
    `https://github.com/${'a'.repeat(1000)}`,
  ])('%j is not valid', (url) => {
    expect(() => checkRepository(url)).toThrow(repositoryUrlInvalid());
  });

  test.each(['svn://host/repo', 'ext::sh', 'ftp://host/repo', 'git://host/repo', 'fd::7', 'javascript:x'])(
    '%j has a provider that is not supported',
    (url) => {
      expect(() => checkRepository(url)).toThrow(repositoryProviderNotSupported());
    },
  );
});

test.each([
  ['https://github.com/user/repo.git', 'https://github.com/user/repo.git'],
  ['https://user:secret@github.com/user/repo', 'https://github.com/user/repo'],
  ['https://secret@github.com/user/repo?token=secret#secret', 'https://github.com/user/repo'],
  ['https://user:secret@host:99999999/repo', 'https://host:99999999/repo'],
  ['ssh://git:secret@host:22/repo', 'ssh://git@host:22/repo'],
  ['ssh://git@host/repo', 'ssh://git@host/repo'],
  ['git@github.com:user/repo', 'git@github.com:user/repo'],
  ['file:///srv/git/repo', 'file:///srv/git/repo'],
  ['user:secret@host/repo', 'host/repo'],
])('%s is shown as %s', (url, shown) => {
  expect(shownRepository(url)).toBe(shown);
});

test.each([
  ['https://github.com/user/shop', 'shop'],
  ['https://github.com/user/shop.git', 'shop'],
  ['https://github.com/user/shop.git/', 'shop'],
  ['https://github.com/user/my.shop_2-x', 'my.shop_2-x'],
  ['https://github.com/user/shop.git?x=/../y', 'shop'],
  ['git@github.com:shop.git', 'shop'],
  ['git@github.com:user/shop', 'shop'],
  ['file:///srv/my%20shop', 'my-20shop'],
  ['file:///srv/läden', 'l-den'],
  ['file:///srv/..', 'repository'],
  ['file:///srv/..git', 'repository'],
  ['file:///srv/.git', 'repository'],
  ['file:///srv/.GIT.git', 'repository'],
  ['file:///srv/--upload-pack', 'upload-pack'],
  ['https://github.com/', 'github.com'],
  [`https://github.com/${'a'.repeat(900)}`, 'a'.repeat(100)],
])('%s gives the name %s', (url, name) => {
  expect(nameOfRepository(url)).toBe(name);
});

test.each([
  ['https://github.com/a/b', 'accessToken', 't', 'x-access-token', 't'],
  ['https://github.com/a/b', 'oauthToken', 't', 'oauth2', 't'],
  ['https://gitlab.com/a/b', 'oauthToken', 't', 'oauth2', 't'],
  ['https://bitbucket.org/a/b', 'oauthToken', 't', 'x-token-auth', 't'],
  ['https://bitbucket.org/a/b', 'accessToken', 't', 'x-token-auth', 't'],
  ['https://bitbucket.org.example.com/a/b', 'accessToken', 't', 'x-access-token', 't'],
  ['https://github.com/a/b', 'accessToken', 'me:pass:word', 'me', 'pass:word'],
  ['https://github.com/a/b', 'accessToken', ':t', 'x-access-token', ':t'],
] as const)('at %s an %s %s signs in as %s', (url, kind, value, username, password) => {
  expect(loginFor(url, { kind, value })).toEqual({ username, password });
});

test.each([
  ['HEAD', true],
  ['abcd', true],
  ['ABCD1234', true],
  ['a'.repeat(64), true],
  ['abc', false],
  ['a'.repeat(65), false],
  ['main', false],
  ['-abcd', false],
  ['abcd\n', false],
  ['', false],
])('%j is the id of a commit: %j', (text, is) => {
  expect(isCommitId(text)).toBe(is);
});
