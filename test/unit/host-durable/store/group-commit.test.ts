import { setImmediate as tick } from 'node:timers/promises';
import { GroupCommit, type Operation } from '../../../../host/durable/store/group-commit.js';

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

  operation(name: string, bad = false): Operation {
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

test('what one tick queues is one transaction, in order, and then acknowledged', async () => {
  const journal = new Journal();
  const group = new GroupCommit(journal.transaction, () => journal.calls.push('prepared'));
  for (const name of ['a', 'b', 'c']) group.enqueue(journal.operation(name));
  expect(journal.calls).toEqual([]);
  await tick();
  expect(journal.committed).toEqual([['a', 'b', 'c']]);
  expect(journal.calls).toEqual(['prepared', 'done a', 'done b', 'done c']);
});

test('what preparation brings with it, microtasks and all, is in the same transaction', async () => {
  const journal = new Journal();
  const group: GroupCommit = new GroupCommit(journal.transaction, () => {
    void Promise.resolve().then(() => group.enqueue(journal.operation('turn')));
  });
  group.enqueue(journal.operation('start'));
  await tick();
  expect(journal.committed).toEqual([['start', 'turn']]);
});

test('one bad operation takes no other with it', async () => {
  const journal = new Journal();
  const group = new GroupCommit(journal.transaction, () => undefined);
  group.enqueue(journal.operation('a'));
  group.enqueue(journal.operation('b', true));
  group.enqueue(journal.operation('c'));
  await tick();
  expect(journal.committed).toEqual([['a'], ['c']]);
  expect(journal.calls).toEqual(['done a', 'failed b: bad', 'done c']);
});

test('on a full disk everything fails, and the next transaction is tried afresh', async () => {
  const journal = new Journal();
  const group = new GroupCommit(journal.transaction, () => undefined);
  journal.full = true;
  group.enqueue(journal.operation('a'));
  await tick();
  journal.full = false;
  group.enqueue(journal.operation('b'));
  await tick();
  expect(journal.committed).toEqual([['b']]);
  expect(journal.calls).toEqual(['failed a: disk full', 'done b']);
});

test('what a callback queues belongs to the next transaction', async () => {
  const journal = new Journal();
  const group = new GroupCommit(journal.transaction, () => undefined);
  const first = journal.operation('a');
  group.enqueue({ ...first, done: () => group.enqueue(journal.operation('b')) });
  await tick();
  await tick();
  expect(journal.committed).toEqual([['a'], ['b']]);
  expect(group.idle).toBe(true);
});
