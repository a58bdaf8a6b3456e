import {
  type AmplifyClient,
  CreateDomainAssociationCommand,
  type CreateDomainAssociationCommandInput,
  DeleteDomainAssociationCommand,
  type DomainAssociation,
  GetDomainAssociationCommand,
  ListDomainAssociationsCommand,
  type ListDomainAssociationsCommandInput,
  type SubDomain,
  UpdateDomainAssociationCommand,
  type UpdateDomainAssociationCommandInput,
} from '@aws-sdk/client-amplify';
import { createApp, present } from './amplify.ts';
import { createBranch } from './branches.ts';
import type { Clock } from './clock.ts';
import { pollUntil } from './poll.ts';

/** The operations on domain associations as the vendor's client makes them. */

export interface KnownDomain extends DomainAssociation {
  domainAssociationArn: string;
  domainName: string;
  domainStatus: NonNullable<DomainAssociation['domainStatus']>;
  subDomains: SubDomain[];
}

type CreateInput = Partial<CreateDomainAssociationCommandInput> & { appId: string };

/** Associates example.com, with one sub-domain for the branch main, unless told otherwise. */
export async function createDomain(client: AmplifyClient, input: CreateInput): Promise<KnownDomain> {
  const defaults = {
    domainName: 'example.com',
    subDomainSettings: [{ prefix: 'www', branchName: 'main' }],
  };
  const answer = await client.send(new CreateDomainAssociationCommand({ ...defaults, ...input }));
  return known(answer.domainAssociation);
}

export async function getDomain(
  client: AmplifyClient,
  appId: string,
  domainName = 'example.com',
): Promise<KnownDomain> {
  const answer = await client.send(new GetDomainAssociationCommand({ appId, domainName }));
  return known(answer.domainAssociation);
}

export async function updateDomain(
  client: AmplifyClient,
  input: Partial<UpdateDomainAssociationCommandInput> & { appId: string },
): Promise<KnownDomain> {
  const command = new UpdateDomainAssociationCommand({ domainName: 'example.com', ...input });
  return known((await client.send(command)).domainAssociation);
}

export async function deleteDomain(
  client: AmplifyClient,
  appId: string,
  domainName = 'example.com',
): Promise<KnownDomain> {
  const answer = await client.send(new DeleteDomainAssociationCommand({ appId, domainName }));
  return known(answer.domainAssociation);
}

export async function listDomains(client: AmplifyClient, input: ListDomainAssociationsCommandInput) {
  const answer = await client.send(new ListDomainAssociationsCommand(input));
  return { items: present(answer.domainAssociations).map(known), nextToken: answer.nextToken };
}

/** An app with these branches; its id. */
export async function createAppWithBranches(
  client: AmplifyClient,
  branchNames: readonly string[] = ['main'],
): Promise<string> {
  const { appId } = await createApp(client);
  for (const branchName of branchNames) await createBranch(client, { appId, branchName });
  return appId;
}

/** Waits until a domain association is in a state. */
export function waitForStatus(
  client: AmplifyClient,
  appId: string,
  status: KnownDomain['domainStatus'],
  domainName?: string,
  limit?: number,
): Promise<KnownDomain> {
  return pollUntil(
    () => getDomain(client, appId, domainName),
    ({ domainStatus }) => domainStatus === status,
    limit,
  );
}

/** Moves a clock on by one step and waits until the association has left the state that it was in. */
export async function stepOn(
  client: AmplifyClient,
  clock: Clock,
  step: number,
  appId: string,
  domainName?: string,
): Promise<KnownDomain> {
  const before = await getDomain(client, appId, domainName);
  clock.advance(step);
  return pollUntil(
    () => getDomain(client, appId, domainName),
    ({ domainStatus }) => domainStatus !== before.domainStatus,
  );
}

/** Each sub-domain as `prefix → branch`. */
export function routesOf({ subDomains }: DomainAssociation): string[] {
  return (subDomains ?? []).map(
    ({ subDomainSetting }) => `${subDomainSetting?.prefix} → ${subDomainSetting?.branchName}`,
  );
}

function known(domain: DomainAssociation | undefined): KnownDomain {
  const { domainAssociationArn, domainName, domainStatus, subDomains } = present(domain);
  return {
    ...present(domain),
    domainAssociationArn: present(domainAssociationArn),
    domainName: present(domainName),
    domainStatus: present(domainStatus),
    subDomains: present(subDomains),
  };
}
