import * as apps from './apps.ts';
import * as artifacts from './artifacts.ts';
import * as backendEnvironments from './backend-environments.ts';
import * as branches from './branches.ts';
import * as deployments from './deployments.ts';
import * as domains from './domains.ts';
import * as jobs from './jobs.ts';
import * as tags from './tags.ts';
import * as webhooks from './webhooks.ts';

/** The Amplify API of 2017-07-25: all 37 operations, by the name under which the registry holds them. */
export const operations = {
  createApp: apps.createApp,
  createBackendEnvironment: backendEnvironments.createBackendEnvironment,
  createBranch: branches.createBranch,
  createDeployment: deployments.createDeployment,
  createDomainAssociation: domains.createDomainAssociation,
  createWebhook: webhooks.createWebhook,
  deleteApp: apps.deleteApp,
  deleteBackendEnvironment: backendEnvironments.deleteBackendEnvironment,
  deleteBranch: branches.deleteBranch,
  deleteDomainAssociation: domains.deleteDomainAssociation,
  deleteJob: jobs.deleteJob,
  deleteWebhook: webhooks.deleteWebhook,
  generateAccessLogs: apps.generateAccessLogs,
  getApp: apps.getApp,
  getArtifactUrl: artifacts.getArtifactUrl,
  getBackendEnvironment: backendEnvironments.getBackendEnvironment,
  getBranch: branches.getBranch,
  getDomainAssociation: domains.getDomainAssociation,
  getJob: jobs.getJob,
  getWebhook: webhooks.getWebhook,
  listApps: apps.listApps,
  listArtifacts: artifacts.listArtifacts,
  listBackendEnvironments: backendEnvironments.listBackendEnvironments,
  listBranches: branches.listBranches,
  listDomainAssociations: domains.listDomainAssociations,
  listJobs: jobs.listJobs,
  listTagsForResource: tags.listTagsForResource,
  listWebhooks: webhooks.listWebhooks,
  startDeployment: deployments.startDeployment,
  startJob: jobs.startJob,
  stopJob: jobs.stopJob,
  tagResource: tags.tagResource,
  untagResource: tags.untagResource,
  updateApp: apps.updateApp,
  updateBranch: branches.updateBranch,
  updateDomainAssociation: domains.updateDomainAssociation,
  updateWebhook: webhooks.updateWebhook,
} as const;

export type Operations = typeof operations;
export type OperationKey = keyof Operations;

/** The service's name in signatures and ARNs. */
export const serviceName = 'amplify';
