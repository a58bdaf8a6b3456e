import {
  creatingAppsTooFast,
  tooManyApps,
  tooManyBranches,
  tooManyDomains,
  tooManyEnvironments,
  tooManySubDomains,
  tooManyWebhooks,
} from './refusals.ts';

/** Upper limits; one that is missing is not enforced. */
export interface Quotas {
  readonly appsPerRegion?: number;
  readonly appCreationsPerHour?: number;
  readonly backendEnvironmentsPerApp?: number;
  readonly branchesPerApp?: number;
  readonly webhooksPerApp?: number;
  readonly domainsPerApp?: number;
  readonly subDomainsPerDomain?: number;
  /** How many jobs of an account run at once; 5 when it is missing. Others wait. */
  readonly concurrentJobs?: number;
}

export const noQuotas: Quotas = {};

/** AWS's defaults. AWS documentation: Amplify Hosting user guide, "Amplify Hosting service quotas". */
export const awsQuotas: Quotas = {
  appsPerRegion: 25,
  appCreationsPerHour: 25,
  branchesPerApp: 50,
  webhooksPerApp: 50,
  domainsPerApp: 5,
  subDomainsPerDomain: 50,
};

/** AWS documentation: Amplify Hosting service quotas, concurrent jobs. */
export const usualConcurrentJobs = 5;

/** The window of appCreationsPerHour, in milliseconds. */
export const creationWindow = 60 * 60 * 1000;

export function limitsApps(quotas: Quotas): boolean {
  return quotas.appsPerRegion !== undefined || quotas.appCreationsPerHour !== undefined;
}

/**
 * Refuses one more app. Where both limits are reached, the number of apps answers (Backline's choice).
 * @param count apps that exist in the account and region, and creations there within the last hour
 */
export function allowOneMoreApp(quotas: Quotas, count: { apps: number; recentCreations: number }): void {
  if (count.apps >= (quotas.appsPerRegion ?? Number.POSITIVE_INFINITY)) throw tooManyApps();
  if (count.recentCreations >= (quotas.appCreationsPerHour ?? Number.POSITIVE_INFINITY)) {
    throw creatingAppsTooFast();
  }
}

/** Refuses one more backend environment. AWS has no such quota; it is there to test for it. */
export function allowOneMoreEnvironment(quotas: Quotas, environments: number): void {
  if (environments >= (quotas.backendEnvironmentsPerApp ?? Number.POSITIVE_INFINITY)) {
    throw tooManyEnvironments();
  }
}

/** Refuses one more branch. */
export function allowOneMoreBranch(quotas: Quotas, branches: number): void {
  if (branches >= (quotas.branchesPerApp ?? Number.POSITIVE_INFINITY)) throw tooManyBranches();
}

/** Refuses one more webhook. */
export function allowOneMoreWebhook(quotas: Quotas, webhooks: number): void {
  if (webhooks >= (quotas.webhooksPerApp ?? Number.POSITIVE_INFINITY)) throw tooManyWebhooks();
}

/** Refuses one more domain association. */
export function allowOneMoreDomain(quotas: Quotas, domains: number): void {
  if (domains >= (quotas.domainsPerApp ?? Number.POSITIVE_INFINITY)) throw tooManyDomains();
}

/** Refuses more sub-domains than one domain association may have. */
export function allowSubDomains({ subDomainsPerDomain }: Quotas, subDomains: number): void {
  if (subDomainsPerDomain !== undefined && subDomains > subDomainsPerDomain) {
    throw tooManySubDomains(String(subDomainsPerDomain));
  }
}
