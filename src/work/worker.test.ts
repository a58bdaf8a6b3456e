import { expect, test } from 'vitest';
import { pollUntil } from '../../test/support/poll.ts';
import { gate, until, WorkerBench } from '../../test/support/worker-bench.ts';

const lease = 15_000;
const bench = new WorkerBench();
const finish = async () => undefined;
/** A handler that notes what it was called for, and is done. */
const noteIn = (done: string[]) => async (key: string) => {
  done.push(key);
  return finish;
};

test('a task is done when it is due, once, and is off the list then', async () => {
  const done: string[] = [];
  await bench.schedule('early');
  await bench.schedule('late', bench.now + 1);
  bench.start({ walk: noteIn(done) });
  await pollUntil(
    () => bench.tasks(),
    (tasks) => tasks.length === 1,
  );
  expect(done).toEqual(['early']);
  expect(await bench.tasks()).toEqual([{ kind: 'walk', key: 'late', run_at: bench.now + 1, lease_until: 0 }]);
  bench.now += 1;
  await bench.waitForEnd();
  expect(done).toEqual(['early', 'late']);
});

test('a task that names a time runs again then', async () => {
  let runs = 0;
  await bench.schedule('a');
  bench.start({
    walk: async () => {
      runs++;
      return async () => (runs < 3 ? bench.now + 5000 : undefined);
    },
  });
  for (const run of [1, 2]) {
    const next = { kind: 'walk', key: 'a', run_at: bench.now + 5000, lease_until: 0 };
    await pollUntil(
      () => bench.tasks(),
      ([task]) => task?.run_at === next.run_at,
    );
    expect(await bench.tasks()).toEqual([next]);
    expect(runs).toBe(run);
    bench.now += 5000;
  }
  await bench.waitForEnd();
  expect(runs).toBe(3);
});

test.each(['while it looks', 'while it commits'])(
  'a handler that throws %s is reported, and its task is tried again when the lease is over',
  async (moment) => {
    let runs = 0;
    const failure = new Error('no luck');
    const done: string[] = [];
    await bench.schedule('a');
    await bench.schedule('b');
    bench.start({
      walk: async (key) => {
        const fails = key === 'a' && ++runs === 1;
        if (fails && moment === 'while it looks') throw failure;
        return async (tx) => {
          await tx.insertInto('server_secrets').values({ name: key, value: '' }).execute();
          if (fails) throw failure;
          done.push(key);
          return undefined;
        };
      },
    });
    const claimed = { kind: 'walk', key: 'a', run_at: bench.now, lease_until: bench.now + lease };
    await pollUntil(
      () => bench.tasks(),
      (tasks) => tasks.length === 1 && bench.errors.length === 1,
    );
    expect(bench.errors).toEqual([[failure, { kind: 'walk', key: 'a' }]]);
    expect(await bench.tasks()).toEqual([claimed]);
    expect(done).toEqual(['b']);
    bench.now += lease;
    await bench.waitForEnd();
    const rows = await bench.store.read.selectFrom('server_secrets').select('name').orderBy('name').execute();
    expect(rows.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(done).toEqual(['b', 'a']);
    expect(bench.errors).toHaveLength(1);
  },
);

test('a slow task does not hold up those that come later', async () => {
  const slow = gate();
  const done: string[] = [];
  await bench.schedule('slow');
  bench.start({
    walk: async (key) => {
      if (key === 'slow') await slow.opened;
      done.push(key);
      return finish;
    },
  });
  await pollUntil(
    () => bench.tasks(),
    ([task]) => task?.lease_until !== 0,
  );
  await bench.schedule('quick');
  await until(() => done.length === 1);
  expect(done).toEqual(['quick']);
  slow.open();
  await bench.waitForEnd();
  expect(done).toEqual(['quick', 'slow']);
});

test('at most 16 tasks are worked on at once', async () => {
  const end = gate();
  let running = 0;
  let most = 0;
  for (let number = 0; number < 40; number++) await bench.schedule(`key-${number}`);
  bench.start({
    walk: async () => {
      most = Math.max(most, ++running);
      await end.opened;
      running--;
      return finish;
    },
  });
  await until(() => running === 16);
  end.open();
  await bench.waitForEnd();
  expect(most).toBe(16);
});

test('a kind may have a limit of its own, and does not take that of another', async () => {
  const end = gate();
  const running = { walk: 0, run: 0 };
  for (let number = 0; number < 30; number++) {
    await bench.schedule(`walk-${number}`);
    await bench.schedule(`run-${number}`, bench.now, 'run');
  }
  const handlerOf = (kind: 'walk' | 'run') => async () => {
    running[kind]++;
    await end.opened;
    return finish;
  };
  bench.start({ walk: handlerOf('walk'), run: handlerOf('run') }, bench.store, { limits: { run: 20 } });
  await until(() => running.walk === 16 && running.run === 20);
  end.open();
  await bench.waitForEnd();
  expect(running).toEqual({ walk: 30, run: 30 });
});

test('tasks of kinds that it does not know are left for those who do', async () => {
  await bench.schedule('a', bench.now, 'of a newer server');
  await bench.schedule('b');
  bench.start({ walk: async () => finish });
  const left = await pollUntil(
    () => bench.tasks(),
    (tasks) => tasks.length === 1,
  );
  expect(left).toMatchObject([{ kind: 'of a newer server', lease_until: 0 }]);
});

test('stopping waits for what is under way, and takes nothing more', async () => {
  const end = gate();
  const done: string[] = [];
  await bench.schedule('a');
  const worker = bench.start({
    walk: async (key) => {
      await end.opened;
      done.push(key);
      return finish;
    },
  });
  await pollUntil(
    () => bench.tasks(),
    ([task]) => task?.lease_until !== 0,
  );
  let hasStopped = false;
  const stopped = worker.stop().then(() => {
    hasStopped = true;
  });
  await bench.schedule('b');
  expect(hasStopped).toBe(false);
  end.open();
  await stopped;
  expect(done).toEqual(['a']);
  expect(await bench.tasks()).toMatchObject([{ key: 'b', lease_until: 0 }]);
});

test('a database that does not answer for a while is reported, and the work goes on', async () => {
  let isDown = true;
  const done: string[] = [];
  await bench.schedule('a');
  const { store } = bench;
  bench.start(
    { walk: noteIn(done) },
    {
      ...store,
      transact: async (work) => {
        if (isDown) throw new Error('connection lost');
        return store.transact(work);
      },
    },
  );
  await until(() => bench.errors.length > 1);
  expect(bench.errors[0]).toEqual([new Error('connection lost'), undefined]);
  isDown = false;
  await bench.waitForEnd();
  expect(done).toEqual(['a']);
});
