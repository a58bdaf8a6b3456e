import { generateAccessLogs } from './access-logs/generate-access-logs.ts';
import { createApp } from './apps/create-app.ts';
import { deleteApp } from './apps/delete-app.ts';
import { getApp } from './apps/get-app.ts';
import { listApps } from './apps/list-apps.ts';
import { updateApp } from './apps/update-app.ts';
import { getArtifactUrl } from './artifacts/get-artifact-url.ts';
import { listArtifacts } from './artifacts/list-artifacts.ts';
import { createBackendEnvironment } from './backend-environments/create-backend-environment.ts';
import { deleteBackendEnvironment } from './backend-environments/delete-backend-environment.ts';
import { getBackendEnvironment } from './backend-environments/get-backend-environment.ts';
import { listBackendEnvironments } from './backend-environments/list-backend-environments.ts';
import { createBranch } from './branches/create-branch.ts';
import { deleteBranch } from './branches/delete-branch.ts';
import { getBranch } from './branches/get-branch.ts';
import { listBranches } from './branches/list-branches.ts';
import { updateBranch } from './branches/update-branch.ts';
import { createDeployment } from './deployments/create-deployment.ts';
import { startDeployment } from './deployments/start-deployment.ts';
import { createDomainAssociation } from './domains/create-domain-association.ts';
import { deleteDomainAssociation } from './domains/delete-domain-association.ts';
import { getDomainAssociation } from './domains/get-domain-association.ts';
import { listDomainAssociations } from './domains/list-domain-associations.ts';
import { updateDomainAssociation } from './domains/update-domain-association.ts';
import { deleteJob } from './jobs/delete-job.ts';
import { getJob } from './jobs/get-job.ts';
import { listJobs } from './jobs/list-jobs.ts';
import { startJob } from './jobs/start-job.ts';
import { stopJob } from './jobs/stop-job.ts';
import type { Api } from './operation.ts';
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
  createDeployment,
  createDomainAssociation,
  createWebhook,
  deleteApp,
  deleteBackendEnvironment,
  deleteBranch,
  deleteDomainAssociation,
  deleteJob,
  deleteWebhook,
  generateAccessLogs,
  getApp,
  getArtifactUrl,
  getBackendEnvironment,
  getBranch,
  getDomainAssociation,
  getJob,
  getWebhook,
  listApps,
  listArtifacts,
  listBackendEnvironments,
  listBranches,
  listDomainAssociations,
  listJobs,
  listTagsForResource,
  listWebhooks,
  startDeployment,
  startJob,
  stopJob,
  tagResource,
  untagResource,
  updateApp,
  updateBranch,
  updateDomainAssociation,
  updateWebhook,
} satisfies Api;
