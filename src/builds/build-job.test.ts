import { expect, test } from 'vitest';
import { cleanUpAfter } from './build-job.ts';

test('a folder that cannot be removed is told of and keeps no interrupted build from its end', async () => {
  const faults: unknown[] = [];
  const options = { building: { folder: '/no\0folder' }, onFault: (error: unknown) => faults.push(error) };
  const job = { uid: 'A'.repeat(22) };
  type Given = Parameters<typeof cleanUpAfter>;
  await cleanUpAfter(options as unknown as Given[0], job as Given[1]);
  expect(faults).toHaveLength(1);
});
