import { expect, test } from 'vitest';
import { checkCredentials } from './basic-auth.ts';

test.each([undefined, '', 'dXNlcjpwYXNz', 'dXNlcjpwYXNzd29yZA==', 'a+/='])('%j is taken', (credentials) => {
  expect(() => checkCredentials(credentials)).not.toThrow();
});

// Seen on AWS: hashicorp/terraform-provider-aws#34013, the colon of user:password sent as it is.
test.each([
  ['user:password', '3a'],
  ['dXNl cjpw', '20'],
  ['dXNl\ncjpw', 'a'],
  ['dXNl-cjpw_', '2d'],
  ['dXNlé', 'e9'],
  ['dXNl🚀', '1f680'],
])('%j is refused for its first character that is no base64', (credentials, code) => {
  expect(() => checkCredentials(credentials)).toThrow(
    expect.objectContaining({ name: 'BadRequestException', message: `Illegal base64 character ${code}` }),
  );
});
