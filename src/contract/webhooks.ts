import { everywhere } from './errors.ts';
import { operation } from './operation.ts';
import { label, list, optional, sometimesLeftOut, string, structure, timestamp } from './schema.ts';
import { AppId, BranchName, Description, NextToken, paging } from './shapes.ts';

const WebhookId = string({ max: 255, pattern: '(?s).*' });

export const Webhook = structure({
  webhookArn: string({ max: 1000 }),
  webhookId: WebhookId,
  webhookUrl: string({ max: 1000 }),
  appId: optional(AppId),
  branchName: BranchName,
  description: sometimesLeftOut(Description),
  createTime: timestamp(),
  updateTime: timestamp(),
});

export const createWebhook = operation({
  name: 'CreateWebhook',
  method: 'POST',
  path: '/apps/{appId}/webhooks',
  input: structure({ appId: label(AppId), branchName: BranchName, description: optional(Description) }),
  output: structure({ webhook: Webhook }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException', 'DependentServiceFailureException'],
});

export const getWebhook = operation({
  name: 'GetWebhook',
  method: 'GET',
  path: '/webhooks/{webhookId}',
  input: structure({ webhookId: label(WebhookId) }),
  output: structure({ webhook: Webhook }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException'],
});

export const listWebhooks = operation({
  name: 'ListWebhooks',
  method: 'GET',
  path: '/apps/{appId}/webhooks',
  input: structure({ appId: label(AppId), ...paging }),
  output: structure({ webhooks: list(Webhook), nextToken: optional(NextToken) }),
  errors: [...everywhere, 'LimitExceededException'],
});

export const updateWebhook = operation({
  name: 'UpdateWebhook',
  method: 'POST',
  path: '/webhooks/{webhookId}',
  input: structure({
    webhookId: label(WebhookId),
    branchName: optional(BranchName),
    description: optional(Description),
  }),
  output: structure({ webhook: Webhook }),
  errors: [...everywhere, 'NotFoundException', 'DependentServiceFailureException'],
});

export const deleteWebhook = operation({
  name: 'DeleteWebhook',
  method: 'DELETE',
  path: '/webhooks/{webhookId}',
  input: structure({ webhookId: label(WebhookId) }),
  output: structure({ webhook: Webhook }),
  errors: [...everywhere, 'NotFoundException', 'LimitExceededException'],
});
