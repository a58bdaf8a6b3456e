import { expect, test } from 'vitest';
import { replaceVariables } from './environment-variables.ts';

const current = { A: 'a', B: 'b' };

// Seen on AWS: hashicorp/terraform-provider-aws#39327, aws/aws-sdk-go-v2#2788.
test.each([
  ['nothing keeps them', undefined, current],
  ['an empty map keeps them', {}, current],
  ['a blank name with an empty value clears them', { ' ': '' }, {}],
  ['any other map replaces them all', { C: 'c' }, { C: 'c' }],
  ['a blank name with a value is a variable', { ' ': 'x' }, { ' ': 'x' }],
  ['a blank name beside others is a variable', { ' ': '', C: 'c' }, { ' ': '', C: 'c' }],
  ['names that only hold AWS are taken', { MY_AWS: 'x', aws: 'y' }, { MY_AWS: 'x', aws: 'y' }],
  ['an empty value is a value', { A: '' }, { A: '' }],
])('%s', (_what, given, expected) => {
  expect(replaceVariables(current, given)).toEqual(expected);
});

test.each([[{ '': '' }], [{ '': 'x', A: 'a' }]])('an empty name is refused: %j', (given) => {
  expect(() => replaceVariables(current, given)).toThrow(
    expect.objectContaining({
      name: 'BadRequestException',
      message: 'Environment variables cannot have an empty key.',
    }),
  );
});

// Seen on AWS with status 400: aws-amplify/amplify-backend#1582; the text is Backline's choice.
test.each(['AWS', 'AWS_REGION', 'AWSX'])('the name %s is reserved', (name) => {
  expect(() => replaceVariables({}, { [name]: 'x' })).toThrow(
    expect.objectContaining({
      name: 'BadRequestException',
      message: `Environment variable names cannot start with the reserved prefix AWS: ${name}.`,
    }),
  );
});
