import { expect, test } from 'vitest';
import { exceptions } from '../contract/errors.ts';
import { encodeError } from './encode-error.ts';
import { GatewayError } from './gateway-error.ts';

const modelled = (name: string, code?: string) =>
  Object.assign(new Error('why'), { name, ...(code === undefined ? {} : { code }) });

test.each(Object.entries(exceptions))('%s is answered with status %d', (name, status) => {
  expect(encodeError(modelled(name))).toEqual({
    type: name,
    status,
    body: '{"message":"why"}',
    isFault: false,
  });
});

test('a code stands beside the message', () => {
  expect(encodeError(modelled('ResourceNotFoundException', 'ResourceNotFoundException')).body).toBe(
    '{"code":"ResourceNotFoundException","message":"why"}',
  );
});

test('an error of the gateway brings its own status', () => {
  expect(encodeError(new GatewayError('UnknownOperationException', 'why'))).toEqual({
    type: 'UnknownOperationException',
    status: 404,
    body: '{"message":"why"}',
    isFault: false,
  });
});

// Seen on AWS with status 500: aws-amplify/amplify-hosting#149, #1537.
test.each([
  new Error('password s3cret'),
  new TypeError('s3cret is not a function'),
  Object.assign(new Error('s3cret'), { name: 'constructor' }),
  Object.assign(new Error('s3cret'), { code: 'SQLITE_FULL' }),
  { name: 'BadRequestException', message: 's3cret' },
  's3cret',
  undefined,
  null,
])('anything else is a fault whose details do not show: %s', (error) => {
  expect(encodeError(error)).toEqual({
    type: 'InternalFailureException',
    status: 500,
    body: '{"message":"Oops, something went wrong. Please try again later."}',
    isFault: true,
  });
});
