import { createApp } from './apps/create-app.ts';
import { deleteApp } from './apps/delete-app.ts';
import { getApp } from './apps/get-app.ts';
import { listApps } from './apps/list-apps.ts';
import { updateApp } from './apps/update-app.ts';
import { createBackendEnvironment } from './backend-environments/create-backend-environment.ts';
import { deleteBackendEnvironment } from './backend-environments/delete-backend-environment.ts';
import { getBackendEnvironment } from './backend-environments/get-backend-environment.ts';
import { listBackendEnvironments } from './backend-environments/list-backend-environments.ts';
import { createBranch } from './branches/create-branch.ts';
import { deleteBranch } from './branches/delete-branch.ts';
import { getBranch } from './branches/get-branch.ts';
import { listBranches } from './branches/list-branches.ts';
import { updateBranch } from './branches/update-branch.ts';
import { createDomainAssociation } from './domains/create-domain-association.ts';
import { deleteDomainAssociation } from './domains/delete-domain-association.ts';
import { getDomainAssociation } from './domains/get-domain-association.ts';
import { listDomainAssociations } from './domains/list-domain-associations.ts';
import { updateDomainAssociation } from './domains/update-domain-association.ts';
import { type Api, notBuilt } from './operation.ts';
import { listTagsForResource } from './tags/list-tags-for-resource.ts';
import { tagResource } from './tags/tag-resource.ts';
import { untagResource } from './tags/untag-resource.ts';
import { createWebhook } from './webhooks/create-webhook.ts';
import { deleteWebhook } from './webhooks/delete-webhook.ts';
import { getWebhook } from './webhooks/get-webhook.ts';
import { listWebhooks } from './webhooks/list-webhooks.ts';
import { updateWebhook } from './webhooks/update-webhook.ts';

/** The registry: what answers each operation of the contract. */
export const api = {
  createApp,
  createBackendEnvironment,
  createBranch,
  createDeployment: notBuilt,
  createDomainAssociation,
  createWebhook,
  deleteApp,
  deleteBackendEnvironment,
  deleteBranch,
  deleteDomainAssociation,
  deleteJob: notBuilt,
  deleteWebhook,
  generateAccessLogs: notBuilt,
  getApp,
  getArtifactUrl: notBuilt,
  getBackendEnvironment,
  getBranch,
  getDomainAssociation,
  getJob: notBuilt,
  getWebhook,
  listApps,
  listArtifacts: notBuilt,
  listBackendEnvironments,
  listBranches,
  listDomainAssociations,
  listJobs: notBuilt,
  listTagsForResource,
  listWebhooks,
  startDeployment: notBuilt,
  startJob: notBuilt,
  stopJob: notBuilt,
  tagResource,
  untagResource,
  updateApp,
  updateBranch,
  updateDomainAssociation,
  updateWebhook,
} satisfies Api;
