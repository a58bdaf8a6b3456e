import { describe, expect, test } from 'vitest';
import {
  allowOneMoreApp,
  allowOneMoreEnvironment,
  awsQuotas,
  creationWindow,
  limitsApps,
  noQuotas,
} from './quotas.ts';

// Seen on AWS: hashicorp/terraform-provider-aws#19721, aws-amplify/amplify-hosting#3748.
const tooMany = {
  name: 'LimitExceededException',
  message: 'Failed to create app. You have reached the maximum number of apps in this account.',
};
const tooFast = {
  name: 'BadRequestException',
  message: 'Rate exceeded while calling CreateApp, please slow down or try again later.',
};

describe('one more app', () => {
  const allow =
    (quotas: Parameters<typeof allowOneMoreApp>[0], apps: number, recentCreations: number) => () =>
      allowOneMoreApp(quotas, { apps, recentCreations });

  test.each([
    [24, 24],
    [0, 0],
  ])('with %d apps and %d creations there is room by the rules of AWS', (apps, creations) => {
    expect(allow(awsQuotas, apps, creations)).not.toThrow();
  });

  test('the twenty-sixth app is refused', () => {
    expect(allow(awsQuotas, 25, 0)).toThrow(expect.objectContaining(tooMany));
    expect(allow(awsQuotas, 26, 0)).toThrow(expect.objectContaining(tooMany));
  });

  test('the twenty-sixth creation within the hour is refused', () => {
    expect(allow(awsQuotas, 0, 25)).toThrow(expect.objectContaining(tooFast));
    expect(allow(awsQuotas, 24, 26)).toThrow(expect.objectContaining(tooFast));
  });

  // Backline's choice.
  test('where both are reached, the number of apps answers', () => {
    expect(allow(awsQuotas, 25, 25)).toThrow(expect.objectContaining(tooMany));
  });

  test('a quota that is not set is not enforced', () => {
    expect(allow(noQuotas, 1e9, 1e9)).not.toThrow();
    expect(allow({ appsPerRegion: 1 }, 0, 1e9)).not.toThrow();
    expect(allow({ appCreationsPerHour: 1 }, 1e9, 0)).not.toThrow();
  });

  test('a quota of 0 allows none', () => {
    expect(allow({ appsPerRegion: 0 }, 0, 0)).toThrow(expect.objectContaining(tooMany));
    expect(allow({ appCreationsPerHour: 0 }, 0, 0)).toThrow(expect.objectContaining(tooFast));
  });
});

test('apps need counting only where a quota limits them', () => {
  expect(limitsApps(noQuotas)).toBe(false);
  expect(limitsApps({ backendEnvironmentsPerApp: 1 })).toBe(false);
  expect(limitsApps({ appsPerRegion: 0 })).toBe(true);
  expect(limitsApps({ appCreationsPerHour: 0 })).toBe(true);
});

test('an hour is an hour', () => {
  expect(creationWindow).toBe(3_600_000);
});

describe('one more environment', () => {
  test('is refused at the quota', () => {
    const quotas = { backendEnvironmentsPerApp: 2 };
    expect(() => allowOneMoreEnvironment(quotas, 1)).not.toThrow();
    for (const count of [2, 3]) {
      expect(() => allowOneMoreEnvironment(quotas, count)).toThrow(
        expect.objectContaining({ name: 'LimitExceededException' }),
      );
    }
  });

  test('is always allowed without one, as by the rules of AWS', () => {
    expect(() => allowOneMoreEnvironment(noQuotas, 1e9)).not.toThrow();
    expect(() => allowOneMoreEnvironment(awsQuotas, 1e9)).not.toThrow();
  });
});
