import type { Selectable } from 'kysely';
import { type DomainAssociation, hostOf } from '../domain/domain-association.ts';
import type { Scope } from '../domain/scope.ts';
import type { Tables } from './schema.ts';
import type { Reader, Transaction } from './store.ts';

type Row = Selectable<Tables['domain_associations']>;

export async function findDomainAssociation(
  db: Reader,
  scope: Scope,
  appId: string,
  domainName: string,
): Promise<DomainAssociation | undefined> {
  const row = await selectInApp(db, scope, appId).where('domain_name', '=', domainName).executeTakeFirst();
  return row && toDomain(row);
}

/** The same for the server's own work, which knows no caller. */
export async function findAnyDomainAssociation(
  db: Reader,
  appId: string,
  domainName: string,
): Promise<DomainAssociation | undefined> {
  const row = await db
    .selectFrom('domain_associations')
    .selectAll()
    .where('app_id', '=', appId)
    .where('domain_name', '=', domainName)
    .executeTakeFirst();
  return row && toDomain(row);
}

/** The domain associations of an app in order of their names. */
export async function listDomainAssociations(
  db: Reader,
  scope: Scope,
  appId: string,
  page: { after?: string | undefined; limit: number },
): Promise<DomainAssociation[]> {
  const { after, limit } = page;
  const rows = await selectInApp(db, scope, appId)
    .$if(after !== undefined, (query) => query.where('domain_name', '>', after ?? ''))
    .orderBy('domain_name')
    .limit(limit)
    .execute();
  return rows.map(toDomain);
}

/** All domain associations of an app. */
export async function domainAssociationsOf(db: Reader, appId: string): Promise<DomainAssociation[]> {
  const rows = await db
    .selectFrom('domain_associations')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('domain_name')
    .execute();
  return rows.map(toDomain);
}

/** Inserts a new association; false if there is one of that domain on this server. */
export async function insertDomainAssociation(tx: Transaction, domain: DomainAssociation): Promise<boolean> {
  const row = await tx
    .insertInto('domain_associations')
    .values(toRow(domain))
    .onConflict((conflict) => conflict.doNothing())
    .returning('app_id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function replaceDomainAssociation(tx: Transaction, domain: DomainAssociation): Promise<void> {
  const { app_id, domain_name, record } = toRow(domain);
  await tx
    .updateTable('domain_associations')
    .set({ record })
    .where('app_id', '=', app_id)
    .where('domain_name', '=', domain_name)
    .execute();
}

/** Deletes an association with the hosts it holds. */
export async function deleteDomainAssociation(
  tx: Transaction,
  appId: string,
  domainName: string,
): Promise<void> {
  await tx
    .deleteFrom('domain_associations')
    .where('app_id', '=', appId)
    .where('domain_name', '=', domainName)
    .execute();
}

/**
 * Makes the association hold the hosts of its sub-domains, and no others.
 * @returns the hosts that another association of this server holds; then nothing is changed for them
 */
export async function holdHosts(tx: Transaction, domain: DomainAssociation): Promise<string[]> {
  const { appId, domainName } = domain;
  const hosts = hostsOf(domain);
  const rows = await tx
    .selectFrom('domain_hosts')
    .select('host')
    .where('app_id', '=', appId)
    .where('domain_name', '=', domainName)
    .execute();
  const held = rows.map(({ host }) => host);
  const taken: string[] = [];
  // New ones in one order, and only then are others given up: so two that want each other's hosts do not
  // wait for each other for ever.
  for (const host of hosts.filter((wanted) => !held.includes(wanted))) {
    const row = await tx
      .insertInto('domain_hosts')
      .values({ host, app_id: appId, domain_name: domainName })
      .onConflict((conflict) => conflict.doNothing())
      .returning('host')
      .executeTakeFirst();
    if (!row) taken.push(host);
  }
  const unwanted = held.filter((host) => !hosts.includes(host));
  if (unwanted.length > 0) await tx.deleteFrom('domain_hosts').where('host', 'in', unwanted).execute();
  return taken;
}

/** Those hosts of an association that any association of this server holds already. */
export async function hostsTaken(tx: Transaction, domain: DomainAssociation): Promise<string[]> {
  const hosts = hostsOf(domain);
  if (hosts.length === 0) return [];
  const rows = await tx
    .selectFrom('domain_hosts')
    .select('host')
    .where('host', 'in', hosts)
    .orderBy('host')
    .execute();
  return rows.map(({ host }) => host);
}

function hostsOf({ domainName, subDomains }: DomainAssociation): string[] {
  return [...new Set(subDomains.map(({ prefix }) => hostOf(domainName, prefix)))].sort();
}

function selectInApp(db: Reader, scope: Scope, appId: string) {
  return db
    .selectFrom('domain_associations')
    .innerJoin('apps', 'apps.app_id', 'domain_associations.app_id')
    .selectAll('domain_associations')
    .where('domain_associations.app_id', '=', appId)
    .where('apps.account', '=', scope.account)
    .where('apps.region', '=', scope.region);
}

function toDomain(row: Row): DomainAssociation {
  return { ...JSON.parse(row.record), appId: row.app_id, domainName: row.domain_name };
}

function toRow({ appId, domainName, ...record }: DomainAssociation): Row {
  return { app_id: appId, domain_name: domainName, record: JSON.stringify(record) };
}
