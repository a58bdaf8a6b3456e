import { expect, test } from 'vitest';
import { createApp, createEnvironment } from '../../support/amplify.ts';
import { createClock } from '../../support/clock.ts';
import { withServer } from '../../support/server.ts';

const at = Date.UTC(2025, 8, 15, 16, 16, 29, 402);
const clock = createClock(at);

// AWS documentation: CloudFormation, "Specify stack details"; Amazon S3, "General purpose bucket naming rules".
const legalStackName = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;
const legalBucketName = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

withServer('Generated names of a backend environment', { now: clock.now }, (subject) => {
  const generate = async (name: string, environmentName: string) => {
    const { appId } = await createApp(subject().client, { name });
    const environment = await createEnvironment(subject().client, { appId, environmentName });
    return {
      stackName: environment.stackName ?? '',
      deploymentArtifacts: environment.deploymentArtifacts ?? '',
    };
  };

  // The form is that of the one name seen on AWS; what happens to other characters is Backline's choice.
  test.each([
    ['short names', 'shop', 'dev', 'amplify-shop-dev-161629', 'shop-dev-161629-deployment'],
    ['upper case', 'MyShop', 'PROD', 'amplify-MyShop-PROD-161629', 'myshop-prod-161629-deployment'],
    [
      'spaces and accents',
      'My Shop & Café',
      'dev',
      'amplify-MyShopCaf-dev-161629',
      'myshopcaf-dev-161629-deployment',
    ],
    [
      'dropping before cutting',
      'a_b_c_d_e_f_g_h_i_j_k_l_m',
      'dev',
      'amplify-abcdefghijkl-dev-161629',
      'abcdefghijkl-dev-161629-deployment',
    ],
    ['an app named in Unicode only', 'カフェ', 'dev', 'amplify-dev-161629', 'dev-161629-deployment'],
    ['an environment in Unicode only', 'shop', '本番', 'amplify-shop-161629', 'shop-161629-deployment'],
    ['both in Unicode only', 'カフェ', '本番', 'amplify-161629', '161629-deployment'],
    [
      'slashes, dots, underscores',
      'shop',
      'feature/My_Login 2.0',
      'amplify-shop-featureMyLogin20-161629',
      'shop-featuremylogin20-161629-deployment',
    ],
    ['leading hyphens', '--shop', 'dev', 'amplify---shop-dev-161629', 'shop-dev-161629-deployment'],
  ])('%s', async (_, name, environmentName, stackName, deploymentArtifacts) => {
    expect(await generate(name, environmentName)).toEqual({ stackName, deploymentArtifacts });
  });

  test('names that would be too long fit exactly, and keep the app, the time and the ending', async () => {
    const { stackName, deploymentArtifacts } = await generate('A'.repeat(255), 'e'.repeat(255));
    expect(stackName).toBe(`amplify-AAAAAAAAAAAA-${'e'.repeat(100)}-161629`);
    expect(stackName).toHaveLength(128);
    expect(deploymentArtifacts).toBe(`aaaaaaaaaaaa-${'e'.repeat(32)}-161629-deployment`);
    expect(deploymentArtifacts).toHaveLength(63);
  });

  test.each([
    ['midnight', Date.UTC(2025, 0, 1, 0, 0, 0, 0), '000000'],
    ['early morning', Date.UTC(2025, 11, 31, 4, 5, 6, 999), '040506'],
    ['the last second', Date.UTC(2024, 1, 29, 23, 59, 59, 999), '235959'],
  ])('the time of day is six digits in UTC: %s', async (_, moment, time) => {
    clock.set(moment);
    expect(await generate('shop', 'dev')).toEqual({
      stackName: `amplify-shop-dev-${time}`,
      deploymentArtifacts: `shop-dev-${time}-deployment`,
    });
  });

  test('whatever the names, a stack and a bucket could have the generated ones', async () => {
    const awkward = [
      '-',
      '..',
      '/',
      ' _',
      '🚀',
      'é',
      'A',
      '-a-',
      'a'.repeat(255),
      '-'.repeat(255),
      'xX🚀-'.repeat(50),
    ];
    for (const name of awkward) {
      const { appId } = await createApp(subject().client, { name });
      for (const environmentName of awkward) {
        const environment = await createEnvironment(subject().client, { appId, environmentName });
        expect(environment.stackName).toMatch(legalStackName);
        expect(environment.deploymentArtifacts).toMatch(legalBucketName);
      }
    }
  });
});
