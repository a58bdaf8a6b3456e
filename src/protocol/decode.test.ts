import { describe, expect, test } from 'vitest';
import { operations } from '../contract/index.ts';
import { createDecoder } from './decode.ts';

const startJob = createDecoder(operations.startJob);
const labels = ['d1', 'feature%2Flogin'];
const decode = (body: string, query = '') => startJob({ labels, query, body: Buffer.from(body) });

test('labels come from the path in the order of its template', () => {
  expect(decode('{"appId":"dother","jobType":"RELEASE"}')).toEqual({
    appId: 'd1',
    branchName: 'feature/login',
    jobType: 'RELEASE',
  });
});

test('members of the body are not read from the query', () => {
  expect(decode('{}', 'jobType=RELEASE')).toEqual({ appId: 'd1', branchName: 'feature/login' });
});

test('an operation without members in the body does not read it', () => {
  const getApp = createDecoder(operations.getApp);
  expect(getApp({ labels: ['d1'], query: '', body: Buffer.from('no JSON') })).toEqual({ appId: 'd1' });
});

describe('a moment', () => {
  test.each([
    ['1582636458.156', 1582636458156],
    ['1582636458', 1582636458000],
    ['1582636458.1564', 1582636458156],
    ['1582636458.1566', 1582636458157],
    ['1.582636458156e9', 1582636458156],
    ['0', 0],
    ['-1.5', -1500],
  ])('is read from the number %s', (text, at) => {
    expect(decode(`{"commitTime":${text}}`)).toMatchObject({ commitTime: new Date(at) });
  });

  test.each([
    ['"2020-02-25T13:14:18Z"', "STRING_VALUE cannot be converted to Timestamp at 'commitTime'"],
    ['"1582636458"', "STRING_VALUE cannot be converted to Timestamp at 'commitTime'"],
    ['true', "TRUE_VALUE cannot be converted to Timestamp at 'commitTime'"],
    ['[]', "Start of list found where not expected at 'commitTime'"],
    ['1e300', "The timestamp at 'commitTime' is out of range."],
    ['-1e400', "The timestamp at 'commitTime' is out of range."],
    ['8640000000001', "The timestamp at 'commitTime' is out of range."],
  ])('is not read from %s', (text, message) => {
    expect(() => decode(`{"commitTime":${text}}`)).toThrow(
      expect.objectContaining({ name: 'BadRequestException', message }),
    );
  });

  test('may be null', () => {
    expect(decode('{"commitTime":null}')).not.toHaveProperty('commitTime');
  });
});

test('a map of files keeps keys of any kind', () => {
  const createDeployment = createDecoder(operations.createDeployment);
  const body = Buffer.from('{"fileMap":{"__proto__":"a","1":"b","sub/index.html":"c","":"d"}}');
  const { fileMap } = createDeployment({ labels, query: '', body });
  expect(new Map(Object.entries(fileMap as object))).toEqual(
    new Map([
      ['1', 'b'],
      ['__proto__', 'a'],
      ['sub/index.html', 'c'],
      ['', 'd'],
    ]),
  );
});
