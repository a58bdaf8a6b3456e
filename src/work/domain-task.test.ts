import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DomainAssociation, defineDomainAssociation } from '../domain/domain-association.ts';
import type { Evidence } from '../domain/domain-life-cycle.ts';
import {
  deleteDomainAssociation,
  findAnyDomainAssociation,
  insertDomainAssociation,
  replaceDomainAssociation,
} from '../store/domain-associations.ts';
import { openSqliteMemory } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import {
  createDomainTaskHandler,
  type DnsLookup,
  domainTask,
  verifyAtOnce,
  verifyByDns,
} from './domain-task.ts';

const step = 1000;
const minute = 60_000;
const hour = 60 * minute;
const key = domainTask({ appId: 'd1', domainName: 'example.com' }).key;
let store: Store;
let now = 0;

beforeEach(async () => {
  store = await openSqliteMemory();
  now = 0;
  const app = { account: '1', region: 'r', name: 'shop', tags: '{}', settings: '{}' };
  await store.transact(async (tx) => {
    await tx
      .insertInto('apps')
      .values({ ...app, app_id: 'd1', create_time: 0, update_time: 0 })
      .execute();
  });
});
afterEach(() => store.close());

function define(prefixes: string[], random = 'a'.repeat(64)): DomainAssociation {
  const subDomainSettings = prefixes.map((prefix) => ({ prefix, branchName: 'main' }));
  return defineDomainAssociation({ appId: 'd1', domainName: 'example.com', subDomainSettings }, random, now);
}
const insert = (domain: DomainAssociation) => store.transact((tx) => insertDomainAssociation(tx, domain));
const remove = () => store.transact((tx) => deleteDomainAssociation(tx, 'd1', 'example.com'));
const find = () => findAnyDomainAssociation(store.read, 'd1', 'example.com');
const handlerOf = (verify: (domain: DomainAssociation) => Promise<Evidence>) =>
  createDomainTaskHandler({ store, now: () => now, verify, step });

test('each run takes the association one state further and asks for the next, until it rests', async () => {
  await insert(define(['www']));
  const handler = handlerOf(verifyAtOnce);
  const seen: [string | undefined, number | undefined][] = [];
  for (let count = 0; count < 5; count++) {
    const commit = await handler(key);
    const runAt = await store.transact(commit);
    seen.push([(await find())?.status, runAt]);
    now += step;
  }
  expect(seen).toEqual([
    ['REQUESTING_CERTIFICATE', 1 * step],
    ['PENDING_VERIFICATION', 2 * step],
    ['PENDING_DEPLOYMENT', 3 * step],
    ['AVAILABLE', undefined],
    ['AVAILABLE', undefined],
  ]);
});

test('the longer a record has not come, the less often it is looked for, but every minute at least', async () => {
  await insert({ ...define(['www']), status: 'PENDING_VERIFICATION' });
  const handler = handlerOf(async () => ({ isVerified: false, found: new Set() }));
  const pauses = [];
  for (now of [0, step, 20 * step, 5 * minute, 20 * minute, 70 * hour]) {
    const runAt = await store.transact(await handler(key));
    pauses.push((runAt ?? 0) - now);
  }
  expect(pauses).toEqual([step, step, 2 * step, 30 * step, minute, minute]);
});

test('an association that is gone has nothing to be done', async () => {
  expect(await store.transact(await handlerOf(verifyAtOnce)(key))).toBeUndefined();
});

test('one that is deleted while its records are looked up has nothing to be done either', async () => {
  await insert(define(['www']));
  const commit = await handlerOf(verifyAtOnce)(key);
  await remove();
  expect(await store.transact(commit)).toBeUndefined();
});

test('one that is created after the handler found none is looked at again', async () => {
  const commit = await handlerOf(verifyAtOnce)(key);
  await insert(define(['www']));
  expect(await store.transact(commit)).toBe(now);
  expect((await find())?.status).toBe('CREATING');
});

test('what was found out of one that was deleted says nothing of the one that was created in its place', async () => {
  await insert({ ...define(['www']), status: 'PENDING_VERIFICATION' });
  const commit = await handlerOf(verifyAtOnce)(key);
  await remove();
  const created: DomainAssociation = { ...define(['www'], 'b'.repeat(64)), status: 'PENDING_VERIFICATION' };
  await insert(created);
  expect(await store.transact(commit)).toBe(now);
  expect(await find()).toEqual(created);
});

test('a sub-domain that came while the records were looked up is not taken as found', async () => {
  const domain: DomainAssociation = { ...define(['www']), status: 'AWAITING_APP_CNAME' };
  await insert(domain);
  const commit = await handlerOf(verifyAtOnce)(key);
  const { subDomains } = define(['www', 'api']);
  await store.transact((tx) => replaceDomainAssociation(tx, { ...domain, subDomains }));
  expect(await store.transact(commit)).toBe(now + step);
  expect((await find())?.status).toBe('AWAITING_APP_CNAME');
});

/** Answers from a table of CNAMEs; a target of digits and dots is an address. */
function dnsOf(records: Record<string, string>): DnsLookup {
  const isAddress = (target: string) => /^[\d.]+$/.test(target);
  const found = (name: string) => (records[name] === undefined ? [] : [records[name]]);
  return {
    cname: async (name) => found(name).filter((target) => !isAddress(target)),
    hasAddress: async (name) => found(name).some(isAddress),
  };
}

const example = define(['www', '', '*', 'Shop']);
const { distribution } = example;
// As a name server says them: without the final dot.
const proof = example.verification.name.slice(0, -1);
const target = example.verification.target.slice(0, -1);

test.each<[string, Record<string, string>, boolean, string[]]>([
  ['nothing', {}, false, []],
  ['the records as they were shown', { [proof]: target, 'www.example.com': distribution }, true, ['www']],
  [
    'targets with a final dot',
    { [proof]: `${target}.`, 'www.example.com': `${distribution}.` },
    true,
    ['www'],
  ],
  [
    'targets in upper case',
    { [proof]: target.toUpperCase(), 'www.example.com': distribution.toUpperCase() },
    true,
    ['www'],
  ],
  ['targets that go on', { [proof]: `${target}.x`, 'www.example.com': `${distribution}.x` }, false, []],
  ['records that were swapped', { [proof]: distribution, 'www.example.com': target }, false, []],
  ['an address instead of the proof', { [proof]: '192.0.2.1' }, false, []],
  ['the domain as an alias', { 'example.com': distribution }, false, ['']],
  ['the domain with an address', { 'example.com': '192.0.2.1' }, false, ['']],
  ['the domain as an alias of something else', { 'example.com': 'elsewhere' }, false, []],
  ['a sub-domain with an address', { 'www.example.com': '192.0.2.1' }, false, []],
  ['the wildcard', { '*.example.com': distribution }, false, ['*']],
  ['a prefix in upper case', { 'shop.example.com': distribution }, false, ['Shop']],
])('with %s, it knows what is there', async (_, records, isVerified, found) => {
  expect(await verifyByDns(dnsOf(records))(example)).toEqual({ isVerified, found: new Set(found) });
});

test('an own certificate needs no proof', async () => {
  const domain: DomainAssociation = { ...define([]), certificate: { type: 'CUSTOM' } };
  expect(await verifyByDns(dnsOf({}))(domain)).toEqual({ isVerified: true, found: new Set() });
});
