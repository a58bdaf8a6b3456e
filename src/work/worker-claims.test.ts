import { expect, test } from 'vitest';
import { pollUntil } from '../../test/support/poll.ts';
import { gate, until, WorkerBench } from '../../test/support/worker-bench.ts';
import { cancelTask } from '../store/tasks.ts';
import type { TaskHandler } from './worker.ts';

const lease = 15_000;
const bench = new WorkerBench();
const finish = async () => undefined;

/** A handler that waits in its first run, and notes in the database what counted in the end. */
function slowHandler(runAfter: () => number | undefined) {
  const first = gate();
  const handler = {
    runs: 0,
    open: first.open,
    walk: (async () => {
      const run = ++handler.runs;
      if (run === 1) await first.opened;
      return async (tx) => {
        await tx
          .insertInto('server_secrets')
          .values({ name: `run ${run}`, value: '' })
          .execute();
        return runAfter();
      };
    }) satisfies TaskHandler,
  };
  return handler;
}

async function countedRuns(): Promise<string[]> {
  const rows = await bench.store.read.selectFrom('server_secrets').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

test('each of many tasks is done once, with four workers', async () => {
  const done: string[] = [];
  const keys = Array.from({ length: 200 }, (_, number) => `key-${number}`).sort();
  for (const key of keys) await bench.schedule(key);
  for (let count = 0; count < 4; count++) {
    bench.start({
      walk: async (key) => {
        done.push(key);
        return finish;
      },
    });
  }
  await bench.waitForEnd();
  expect(done.sort()).toEqual(keys);
});

test('a task that somebody works on is left to them until their lease is over', async () => {
  const slow = slowHandler(() => undefined);
  await bench.schedule('a');
  bench.start({ walk: slow.walk });
  await until(() => slow.runs === 1);
  bench.now += lease - 1;
  // A second worker that has done another task had its chance to take this one as well.
  await bench.schedule('other', bench.now, 'other');
  const others: string[] = [];
  const note = async (key: string) => {
    others.push(key);
    return finish;
  };
  bench.start({ walk: note, other: note });
  await until(() => others.length > 0);
  expect(others).toEqual(['other']);
  bench.now += 1;
  await bench.waitForEnd();
  slow.open();
});

test('a task whose handler went down with its server is taken up when the lease is over', async () => {
  await bench.schedule('a');
  // What a server that was killed leaves behind.
  await bench.store.transact(async (tx) => {
    await tx
      .updateTable('tasks')
      .set({ lease_until: bench.now + lease })
      .execute();
  });
  bench.now += lease;
  bench.start({ walk: async () => finish });
  await bench.waitForEnd();
});

test('what a handler commits after its lease went to another does not count', async () => {
  const slow = slowHandler(() => (slow.runs === 2 ? bench.now + 1000 : undefined));
  await bench.schedule('a');
  const worker = bench.start({ walk: slow.walk });
  await until(() => slow.runs === 1);
  bench.now += lease;
  bench.start({ walk: slow.walk });
  await pollUntil(
    () => bench.tasks(),
    ([task]) => task?.lease_until === 0,
  );
  slow.open();
  bench.now += 1000;
  await bench.waitForEnd();
  await worker.stop();
  expect(await countedRuns()).toEqual(['run 2', 'run 3']);
  expect(bench.errors).toEqual([]);
});

test('a worker whose machine has slept goes on with what it works on, and does not begin it again', async () => {
  const slow = slowHandler(() => undefined);
  await bench.schedule('a');
  const worker = bench.start({ walk: slow.walk });
  await until(() => slow.runs === 1);
  const [before] = await bench.tasks();
  bench.now += 10 * lease;
  // When it has taken this one up it has looked what is due.
  await bench.schedule('b');
  await until(() => slow.runs === 2);
  await pollUntil(
    () => bench.tasks(),
    (tasks) => tasks.length === 1 && (tasks[0]?.lease_until ?? 0) > (before?.lease_until ?? 0),
  );
  slow.open();
  await bench.waitForEnd();
  await worker.stop();
  expect(await countedRuns()).toEqual(['run 1', 'run 2']);
  expect(bench.errors).toEqual([]);
});

test('a task that is scheduled anew while its handler looks is not lost, and the look does not count', async () => {
  const slow = slowHandler(() => undefined);
  await bench.schedule('a');
  const worker = bench.start({ walk: slow.walk });
  await until(() => slow.runs === 1);
  await bench.schedule('a', bench.now + 500);
  slow.open();
  await bench.schedule('b');
  await until(() => slow.runs === 2);
  await pollUntil(
    () => bench.tasks(),
    (tasks) => tasks.length === 1,
  );
  expect(await bench.tasks()).toEqual([{ kind: 'walk', key: 'a', run_at: bench.now + 500, lease_until: 0 }]);
  bench.now += 500;
  await bench.waitForEnd();
  await worker.stop();
  expect(await countedRuns()).toEqual(['run 2', 'run 3']);
  expect(bench.errors).toEqual([]);
});

test('a task that is cancelled while its handler looks does not come back', async () => {
  const slow = slowHandler(() => bench.now);
  await bench.schedule('a');
  const worker = bench.start({ walk: slow.walk });
  await until(() => slow.runs === 1);
  await bench.store.transact((tx) => cancelTask(tx, { kind: 'walk', key: 'a' }));
  slow.open();
  await worker.stop();
  expect(await bench.tasks()).toEqual([]);
  expect(await countedRuns()).toEqual([]);
  expect(bench.errors).toEqual([]);
});

test('the claim of a task that takes long is renewed, so that nobody else takes it', async () => {
  const slow = slowHandler(() => undefined);
  await bench.schedule('a');
  const short = 400;
  const worker = bench.start({ walk: slow.walk }, bench.store, { lease: short });
  await until(() => slow.runs === 1);
  for (let step = 0; step < 5; step++) {
    const [before] = await bench.tasks();
    bench.now += short - 1;
    await pollUntil(
      () => bench.tasks(),
      ([task]) => (task?.lease_until ?? 0) > (before?.lease_until ?? 0),
    );
  }
  slow.open();
  await bench.waitForEnd();
  await worker.stop();
  expect(await countedRuns()).toEqual(['run 1']);
  expect(bench.errors).toEqual([]);
});

test('a handler that has lost its claim is told, and writes nothing in the middle of its work', async () => {
  const outcomes: string[] = [];
  await bench.schedule('a');
  const worker = bench.start(
    {
      walk: async (_key, run) => {
        const aborted = new Promise<void>((resolve) => run.signal.addEventListener('abort', () => resolve()));
        await bench.store.transact((tx) => cancelTask(tx, { kind: 'walk', key: 'a' }));
        await aborted;
        const write = run.transact(async (tx) => {
          await tx.insertInto('server_secrets').values({ name: 'late', value: '' }).execute();
        });
        outcomes.push(await write.then(() => 'written').catch(() => 'refused'));
        return finish;
      },
    },
    bench.store,
    { lease: 400 },
  );
  await until(() => outcomes.length > 0);
  await worker.stop();
  expect(outcomes).toEqual(['refused']);
  expect(await countedRuns()).toEqual([]);
  expect(bench.errors).toEqual([]);
});

test('a worker that stops interrupts what is under way, and the next one takes it up at once', async () => {
  await bench.schedule('a');
  let isUnderWay = false;
  const worker = bench.start({
    walk: async (_key, { signal }) => {
      isUnderWay = true;
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return finish;
    },
  });
  await until(() => isUnderWay);
  await worker.stop();
  expect(await bench.tasks()).toEqual([{ kind: 'walk', key: 'a', run_at: bench.now, lease_until: 0 }]);
  bench.start({ walk: async () => finish });
  await bench.waitForEnd();
  expect(bench.errors).toEqual([]);
});
