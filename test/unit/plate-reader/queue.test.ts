import { createWorkQueue, QueueFullError } from '../../../services/plate-reader/queue.js';

/** A promise that the test resolves. */
function gateway() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

const never = new AbortController().signal;

test('runs one at a time, in order, and rejects work when the queue is full', async () => {
  const queue = createWorkQueue({ concurrency: 1, waiting: 1 });
  const done: string[] = [];
  const gate = gateway();
  const first = queue.run(never, () => gate.opened.then(() => done.push('first')));
  const second = queue.run(never, () => Promise.resolve(done.push('second')));
  await expect(queue.run(never, () => Promise.resolve())).rejects.toThrow(QueueFullError);
  gate.open();
  await Promise.all([first, second]);
  expect(done).toEqual(['first', 'second']);
});

test('work that is canceled while it waits never runs and frees its slot', async () => {
  const queue = createWorkQueue({ concurrency: 1, waiting: 1 });
  const gate = gateway();
  const running = queue.run(never, () => gate.opened);
  const giveUp = new AbortController();
  const work = jest.fn(() => Promise.resolve());
  const waiting = queue.run(giveUp.signal, work);
  giveUp.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  const next = queue.run(never, () => Promise.resolve('next'));
  gate.open();
  await running;
  await expect(next).resolves.toBe('next');
  expect(work).not.toHaveBeenCalled();
});

test('the next work starts when one fails', async () => {
  const queue = createWorkQueue({ concurrency: 1, waiting: 0 });
  await expect(queue.run(never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(queue.run(never, () => Promise.resolve(1))).resolves.toBe(1);
});

test('work that is canceled before it is queued does not run', async () => {
  const work = jest.fn(() => Promise.resolve());
  const queue = createWorkQueue({ concurrency: 1, waiting: 0 });
  await expect(queue.run(AbortSignal.abort(), work)).rejects.toThrow();
  expect(work).not.toHaveBeenCalled();
});
