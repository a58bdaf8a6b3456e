import { type AskOptions, ask, type Reply } from '../hosting/site-server.ts';

/** Asks a server for a path of a branch, under the name that the branch has below localhost. */
export function visit(
  endpoint: string,
  { appId, branchName }: { appId: string; branchName: string },
  path = '/',
  options?: AskOptions,
): Promise<Reply> {
  return ask(Number(new URL(endpoint).port), `${branchName}.${appId}.localhost`, path, options);
}
