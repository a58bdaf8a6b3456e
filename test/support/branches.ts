import {
  type AmplifyClient,
  type Branch,
  CreateBranchCommand,
  type CreateBranchCommandInput,
  DeleteBranchCommand,
  GetBranchCommand,
  ListBranchesCommand,
  type ListBranchesCommandInput,
  type Stage,
  UpdateBranchCommand,
  type UpdateBranchCommandInput,
} from '@aws-sdk/client-amplify';
import { present } from './amplify.ts';

/** The operations on branches as the vendor's client makes them, each with the branch of its answer. */

export interface KnownBranch extends Branch {
  branchName: string;
  branchArn: string;
}

export async function createBranch(
  client: AmplifyClient,
  input: CreateBranchCommandInput,
): Promise<KnownBranch> {
  const { branch } = await client.send(new CreateBranchCommand(input));
  return known(branch);
}

export async function getBranch(
  client: AmplifyClient,
  appId: string,
  branchName: string,
): Promise<KnownBranch> {
  const { branch } = await client.send(new GetBranchCommand({ appId, branchName }));
  return known(branch);
}

export async function updateBranch(
  client: AmplifyClient,
  input: UpdateBranchCommandInput,
): Promise<KnownBranch> {
  const { branch } = await client.send(new UpdateBranchCommand(input));
  return known(branch);
}

export async function deleteBranch(
  client: AmplifyClient,
  appId: string,
  branchName: string,
): Promise<KnownBranch> {
  const { branch } = await client.send(new DeleteBranchCommand({ appId, branchName }));
  return known(branch);
}

export async function listBranches(client: AmplifyClient, input: ListBranchesCommandInput) {
  const { branches, nextToken } = await client.send(new ListBranchesCommand(input));
  return { items: present(branches).map(known), nextToken };
}

function known(branch: Branch | undefined): KnownBranch {
  const { branchName, branchArn } = present(branch);
  return { ...present(branch), branchName: present(branchName), branchArn: present(branchArn) };
}

/** The stage of a branch without one: the service returns it and takes it back, though its enum lacks it. */
export const noStage: Stage = 'NONE' as never;

export const stackArn =
  'arn:aws:cloudformation:us-east-1:123456789012:stack/amplify-shop-main-branch/0a1b2c3d';

/** Everything that can be set on a branch, but the link to a backend environment, which must exist. */
export const everySetting = {
  description: 'What visitors see\nall day',
  stage: 'BETA',
  framework: 'Next.js - SSR',
  enableNotification: true,
  enableAutoBuild: false,
  enableSkewProtection: true,
  environmentVariables: { API: 'https://api.example.com', EMPTY: '' },
  basicAuthCredentials: Buffer.from('user:password').toString('base64'),
  enableBasicAuth: true,
  enablePerformanceMode: true,
  tags: { team: 'web', empty: '' },
  buildSpec: 'version: 1\nfrontend: {}\n',
  ttl: '300',
  displayName: 'shop-front',
  enablePullRequestPreview: true,
  pullRequestEnvironmentName: 'preview',
  backend: { stackArn },
  computeRoleArn: 'arn:aws:iam::123456789012:role/compute',
} satisfies Partial<CreateBranchCommandInput>;
