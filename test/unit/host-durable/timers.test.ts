import { type Clock } from '../../../host/contracts.js';
import { createSystemClock } from '../../../host/clock.js';
import { Timers } from '../../../host/durable/timers.js';

/** A clock that the test advances. */
class FakeClock implements Clock {
  #now = 0;
  #alarms: { at: number; callback: () => void }[] = [];

  now = () => this.#now;

  at = (at: number, callback: () => void) => {
    const alarm = { at, callback };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  };

  advance(ms: number): void {
    this.#now += ms;
    for (;;) {
      const due = this.#alarms.find(({ at }) => at <= this.#now);
      if (due === undefined) return;
      this.#alarms = this.#alarms.filter((other) => other !== due);
      due.callback();
    }
  }

  get alarms(): number[] {
    return this.#alarms.map(({ at }) => at);
  }
}

function setUp() {
  const clock = new FakeClock();
  const timers = new Timers(clock);
  const fired: string[] = [];
  const add = (due: number, name = String(due)) => timers.add(due, () => fired.push(name));
  return { clock, timers, fired, add };
}

test('timers fire in the order of their time, then of their creation, on one alarm', () => {
  const { clock, fired, add } = setUp();
  for (const due of [30, 10, 20]) add(due);
  add(10, 'second 10');
  expect(clock.alarms).toEqual([10]);
  clock.advance(10);
  expect(fired).toEqual(['10', 'second 10']);
  clock.advance(100);
  expect(fired).toEqual(['10', 'second 10', '20', '30']);
  expect(clock.alarms).toEqual([]);
});

test('a timer that is already due fires, but not during add', () => {
  const { clock, fired, add } = setUp();
  clock.advance(100);
  add(50);
  expect(fired).toEqual([]);
  clock.advance(0);
  expect(fired).toEqual(['50']);
});

test('a canceled timer never fires, and canceling it again or too late has no effect', () => {
  const { clock, fired, add } = setUp();
  const cancel = add(10);
  const late = add(20);
  cancel();
  cancel();
  clock.advance(50);
  late();
  expect(fired).toEqual(['20']);
});

test('a callback may add and cancel', () => {
  const { clock, timers, fired, add } = setUp();
  const cancel = add(11, 'canceled');
  timers.add(10, () => {
    cancel();
    add(10, 'added');
  });
  clock.advance(20);
  clock.advance(0);
  expect(fired).toEqual(['added']);
});

test('other work runs between thousands of timers that are due at the same time', async () => {
  const timers = new Timers(createSystemClock());
  const due = Date.now();
  let fired = 0;
  let between = 0;
  await new Promise<void>((resolve) => {
    const other = () => {
      if (fired > 0) between++;
      if (fired === 10_000) resolve();
      else setImmediate(other);
    };
    for (let index = 0; index < 10_000; index++) timers.add(due, () => fired++);
    setImmediate(other);
  });
  expect(between).toBeGreaterThan(10);
});

test('ten thousand timers in any order, a third of them canceled', () => {
  const { clock, fired, add } = setUp();
  const expected: number[] = [];
  for (let index = 0; index < 10_000; index++) {
    const due = (index * 7_919) % 10_007;
    const cancel = add(due);
    if (index % 3 === 0) cancel();
    else expected.push(due);
  }
  clock.advance(20_000);
  expect(fired.map(Number)).toEqual(expected.sort((a, b) => a - b));
});

test('creating and canceling distant timers does not grow the heap', () => {
  const { clock, fired, add } = setUp();
  for (let index = 0; index < 100_000; index++) add(1_000_000 + index)();
  add(5);
  clock.advance(10);
  expect(fired).toEqual(['5']);
});

test('the system clock accepts times beyond the limit of setTimeout, and past times', async () => {
  const clock = createSystemClock();
  const cancel = clock.at(clock.now() + 400 * 24 * 3_600_000, () => {
    throw new Error('A timer over a year away fired.');
  });
  // The clock keeps no process alive, and an idle event loop does not turn; in the host it turns for the sockets.
  const alive = setInterval(() => undefined, 1);
  await new Promise<void>((resolve) => {
    clock.at(clock.now() - 1_000, resolve);
  });
  clearInterval(alive);
  cancel();
});
