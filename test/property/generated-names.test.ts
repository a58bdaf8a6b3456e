import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  defineBackendEnvironment,
  generateBucketName,
  generateStackName,
} from '../../src/domain/backend-environment.ts';
import { appIdFrom } from '../../src/domain/ids.ts';

/** Names as callers give them: of any characters, and often of those that a stack name can hold. */
const name = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 255, size: 'max' }),
  fc.stringMatching(/^[A-Za-z0-9-]{1,255}$/, { size: 'max' }),
  fc.stringMatching(/^[-_. ]{1,20}$/),
);
const moment = fc.integer({ min: 0, max: 4_102_444_800_000 });

// AWS documentation: CloudFormation, a stack name begins with a letter and holds letters, digits and hyphens.
test('a generated stack name is always one that CloudFormation takes', () => {
  fc.assert(
    fc.property(name, name, moment, (app, environment, at) => {
      expect(generateStackName(app, environment, at)).toMatch(/^amplify-[A-Za-z0-9-]{0,114}\d{6}$/);
    }),
    { numRuns: 1000 },
  );
});

// AWS documentation: Amazon S3, 3 to 63 lower-case letters, digits and hyphens, no hyphen at either end.
test('a generated name of artifacts is always one that Amazon S3 takes', () => {
  fc.assert(
    fc.property(name, name, moment, (app, environment, at) => {
      const generated = generateBucketName(app, environment, at);
      expect(generated).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
      expect(generated).toMatch(/\d{6}-deployment$/);
    }),
    { numRuns: 1000 },
  );
});

test('both tell the same time of day in UTC', () => {
  fc.assert(
    fc.property(name, name, moment, (app, environment, at) => {
      const date = new Date(at);
      const parts = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
      const time = parts.map((part) => String(part).padStart(2, '0')).join('');
      expect(generateStackName(app, environment, at).endsWith(time)).toBe(true);
      expect(generateBucketName(app, environment, at).endsWith(`${time}-deployment`)).toBe(true);
    }),
  );
});

test('names of letters that are short enough stand in both whole', () => {
  const short = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(short, short, (app, environment) => {
      expect(generateStackName(app, environment, 0)).toBe(`amplify-${app}-${environment}-000000`);
      expect(generateBucketName(app, environment, 0)).toBe(`${app}-${environment}-000000-deployment`);
    }),
  );
});

test('a given name is kept to the letter, whichever of the two it is', () => {
  const given = fc.option(name, { nil: undefined });
  fc.assert(
    fc.property(
      name,
      name,
      given,
      given,
      moment,
      (app, environmentName, stackName, deploymentArtifacts, at) => {
        const wanted = {
          environmentName,
          ...(stackName === undefined ? {} : { stackName }),
          ...(deploymentArtifacts === undefined ? {} : { deploymentArtifacts }),
        };
        expect(defineBackendEnvironment({ appId: 'd1', name: app }, wanted, at, 'any')).toEqual({
          appId: 'd1',
          environmentName,
          stackName: stackName ?? generateStackName(app, environmentName, at),
          deploymentArtifacts: deploymentArtifacts ?? generateBucketName(app, environmentName, at),
          createTime: at,
          updateTime: at,
        });
      },
    ),
  );
});

// Lengths seen on AWS: 13 and 14 characters; the published pattern is d[a-z0-9]+.
test('an app id always has the form of AWS', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 14, maxLength: 14 }), (random) => {
      expect(appIdFrom(random)).toMatch(/^d[a-z0-9]{12,13}$/);
    }),
  );
});
