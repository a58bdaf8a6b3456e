import type { AppSettings } from './app.ts';
import type { Branch } from './branch.ts';
import { matchesBranch } from './branch-pattern.ts';

/** The commit of each branch of a repository. */
export type Heads = ReadonlyMap<string, string>;

/** In characters. The contract of the API: with a longer name no operation could address it. */
const longestBranchName = 255;

/** What has happened to a branch of a repository, and what follows from it for its app. */
export interface Push {
  readonly branchName: string;
  /** Undefined when the branch was deleted. */
  readonly commitId: string | undefined;
  readonly effect: 'build' | 'create' | 'delete' | 'nothing';
}

/**
 * What has changed in a repository since it was looked at last. A new commit is built where the branch builds
 * automatically; a new branch is connected where the app's patterns name it, and one that is gone is disconnected
 * where the app says so. AWS documentation: Amplify Hosting user guide, "Pattern-based feature branch deployments".
 * New branches come last: there may be no place for them, and those that are gone have made some.
 */
export function pushesBetween(
  before: Heads,
  after: Heads,
  app: AppSettings,
  branches: readonly Pick<Branch, 'branchName' | 'settings'>[],
): Push[] {
  const connected = new Map(branches.map(({ branchName, settings }) => [branchName, settings]));
  const pushed = [...after].filter(([branchName, commitId]) => before.get(branchName) !== commitId);
  const deleted = [...before.keys()].filter((branchName) => !after.has(branchName));
  const effectOf = (branchName: string): Push['effect'] => {
    const settings = connected.get(branchName);
    if (settings) return settings.enableAutoBuild ? 'build' : 'nothing';
    return isCreated(app, branchName) ? 'create' : 'nothing';
  };
  const pushes = [
    ...deleted.map((branchName): Push => {
      const isDisconnected = app.enableBranchAutoDeletion && connected.has(branchName);
      return { branchName, commitId: undefined, effect: isDisconnected ? 'delete' : 'nothing' };
    }),
    ...pushed.map(([branchName, commitId]): Push => ({ branchName, commitId, effect: effectOf(branchName) })),
  ];
  const isCreation = ({ effect }: Push) => effect === 'create';
  return [...pushes.filter((push) => !isCreation(push)), ...pushes.filter(isCreation)];
}

function isCreated(app: AppSettings, branchName: string): boolean {
  const { enableAutoBranchCreation, autoBranchCreationPatterns = [] } = app;
  if (branchName.length > longestBranchName) return false;
  return enableAutoBranchCreation && autoBranchCreationPatterns.some((one) => matchesBranch(one, branchName));
}

/** Whether a commit asks not to be built. AWS documentation: "Disabling automatic builds". */
export function isSkipped(commitMessage: string): boolean {
  return commitMessage.trimEnd().endsWith('[skip-cd]');
}
