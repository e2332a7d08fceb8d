import { setImmediate as tick } from 'node:timers/promises';
import { GroupCommit, type CommitUnit } from '../../../../host/durable/store/group-commit.js';

/** A store that keeps what was written, whole transactions only. */
class Journal {
  readonly committed: string[][] = [];
  readonly calls: string[] = [];
  full = false;
  #open: string[] | null = null;

  readonly transaction = (work: () => void): void => {
    this.#open = [];
    try {
      work();
      if (this.full) throw new Error('disk full');
      this.committed.push(this.#open);
    } finally {
      this.#open = null;
    }
  };

  unit(name: string, bad = false): CommitUnit {
    return {
      write: () => {
        if (bad) throw new Error('bad');
        this.#open?.push(name);
      },
      done: () => this.calls.push(`done ${name}`),
      failed: (error) => this.calls.push(`failed ${name}: ${error.message}`),
    };
  }
}

test('units of one tick are one transaction, in order, and are then acknowledged', async () => {
  const journal = new Journal();
  const group = new GroupCommit(journal.transaction, () => journal.calls.push('before commit'));
  for (const name of ['a', 'b', 'c']) group.enqueue(journal.unit(name));
  expect(journal.calls).toEqual([]);
  await tick();
  expect(journal.committed).toEqual([['a', 'b', 'c']]);
  expect(journal.calls).toEqual(['before commit', 'done a', 'done b', 'done c']);
});

test('units that beforeCommit queues, also in microtasks, are in the same transaction', async () => {
  const journal = new Journal();
  const group: GroupCommit = new GroupCommit(journal.transaction, () => {
    void Promise.resolve().then(() => group.enqueue(journal.unit('turn')));
  });
  group.enqueue(journal.unit('start'));
  await tick();
  expect(journal.committed).toEqual([['start', 'turn']]);
});

test('one invalid unit does not affect the others', async () => {
  const journal = new Journal();
  const group = new GroupCommit(journal.transaction, () => undefined);
  group.enqueue(journal.unit('a'));
  group.enqueue(journal.unit('b', true));
  group.enqueue(journal.unit('c'));
  await tick();
  expect(journal.committed).toEqual([['a'], ['c']]);
  expect(journal.calls).toEqual(['done a', 'failed b: bad', 'done c']);
});

test('on a full disk all units fail, and the next transaction is a new attempt', async () => {
  const journal = new Journal();
  const group = new GroupCommit(journal.transaction, () => undefined);
  journal.full = true;
  group.enqueue(journal.unit('a'));
  await tick();
  journal.full = false;
  group.enqueue(journal.unit('b'));
  await tick();
  expect(journal.committed).toEqual([['b']]);
  expect(journal.calls).toEqual(['failed a: disk full', 'done b']);
});

test('a unit that a callback queues belongs to the next transaction', async () => {
  const journal = new Journal();
  const group = new GroupCommit(journal.transaction, () => undefined);
  const first = journal.unit('a');
  group.enqueue({ ...first, done: () => group.enqueue(journal.unit('b')) });
  await tick();
  await tick();
  expect(journal.committed).toEqual([['a'], ['b']]);
  expect(group.idle).toBe(true);
});
