import { createApp } from './apps/create-app.ts';
import { deleteApp } from './apps/delete-app.ts';
import { getApp } from './apps/get-app.ts';
import { listApps } from './apps/list-apps.ts';
import { updateApp } from './apps/update-app.ts';
import { createBackendEnvironment } from './backend-environments/create-backend-environment.ts';
import { deleteBackendEnvironment } from './backend-environments/delete-backend-environment.ts';
import { getBackendEnvironment } from './backend-environments/get-backend-environment.ts';
import { listBackendEnvironments } from './backend-environments/list-backend-environments.ts';
import { type Api, notBuilt } from './operation.ts';
import { listTagsForResource } from './tags/list-tags-for-resource.ts';
import { tagResource } from './tags/tag-resource.ts';
import { untagResource } from './tags/untag-resource.ts';

/** The registry: what answers each operation of the contract. */
export const api = {
  createApp,
  createBackendEnvironment,
  createBranch: notBuilt,
  createDeployment: notBuilt,
  createDomainAssociation: notBuilt,
  createWebhook: notBuilt,
  deleteApp,
  deleteBackendEnvironment,
  deleteBranch: notBuilt,
  deleteDomainAssociation: notBuilt,
  deleteJob: notBuilt,
  deleteWebhook: notBuilt,
  generateAccessLogs: notBuilt,
  getApp,
  getArtifactUrl: notBuilt,
  getBackendEnvironment,
  getBranch: notBuilt,
  getDomainAssociation: notBuilt,
  getJob: notBuilt,
  getWebhook: notBuilt,
  listApps,
  listArtifacts: notBuilt,
  listBackendEnvironments,
  listBranches: notBuilt,
  listDomainAssociations: notBuilt,
  listJobs: notBuilt,
  listTagsForResource,
  listWebhooks: notBuilt,
  startDeployment: notBuilt,
  startJob: notBuilt,
  stopJob: notBuilt,
  tagResource,
  untagResource,
  updateApp,
  updateBranch: notBuilt,
  updateDomainAssociation: notBuilt,
  updateWebhook: notBuilt,
} satisfies Api;
