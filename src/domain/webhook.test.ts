import { describe, expect, test } from 'vitest';
import { updateWebhook, type Webhook, webhookUrl } from './webhook.ts';

const webhook: Webhook = {
  webhookId: '6a2b2a38-7d0e-4f5e-9a39-9a2d7a1c3f10',
  appId: 'd1',
  branchName: 'main',
  description: 'CMS',
  tags: { team: 'web' },
  createTime: 1,
  updateTime: 1,
};

describe('An update of a webhook', () => {
  test.each([
    ['nothing', {}, {}],
    ['the branch', { branchName: 'dev' }, { branchName: 'dev' }],
    ['the description', { description: 'new' }, { description: 'new' }],
    ['an empty description, which clears', { description: '' }, { description: undefined }],
    ['both', { branchName: 'dev', description: 'new' }, { branchName: 'dev', description: 'new' }],
  ])('that names %s', (_, wanted, changed) => {
    expect(updateWebhook(webhook, wanted, 2)).toStrictEqual({ ...webhook, ...changed, updateTime: 2 });
  });

  test('keeps a description that is not there away', () => {
    const plain = { ...webhook, description: undefined };
    expect(updateWebhook(plain, {}, 2)).toStrictEqual({ ...plain, updateTime: 2 });
    expect(updateWebhook(plain, { description: '' }, 2)).toStrictEqual({ ...plain, updateTime: 2 });
  });

  test('leaves the old record alone', () => {
    const before = structuredClone(webhook);
    updateWebhook(webhook, { branchName: 'dev', description: '' }, 2);
    expect(webhook).toStrictEqual(before);
  });
});

// The form of AWS's addresses, with this server's origin.
test('the address of a webhook names it, its token and what it starts', () => {
  expect(webhookUrl('https://backline.example:8443', webhook.webhookId, 'a1B2')).toBe(
    'https://backline.example:8443/prod/webhooks?id=6a2b2a38-7d0e-4f5e-9a39-9a2d7a1c3f10&token=a1B2&operation=startbuild',
  );
});
