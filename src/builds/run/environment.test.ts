import { expect, test } from 'vitest';
import { markedEnvironment } from './environment.ts';

test.each(['TMOUT', 'BASH_ENV', 'ENV', 'SHELLOPTS', 'BASH_FUNC_read%%'])(
  'what %s orders a shell does not reach the session of a build',
  (name) => {
    expect(markedEnvironment({ [name]: '1', OTHER: '2' }, 'id')).toEqual({
      OTHER: '2',
      BACKLINE_BUILD_ID: 'id',
    });
  },
);
