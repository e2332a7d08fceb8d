import { timerDue } from '../../../../host/durable/turn/open-tasks.js';

/** Azure rounds the wait of a timer down to whole seconds. */
test.each([
  [-5_000, 0],
  [0, 0],
  [30, 29],
  [200, 50],
  [1_000, 50],
  [1_001, 1_000],
  [1_999, 1_000],
  [2_000, 1_000],
  [3_600_500, 3_600_000],
])('a wait of %i ms is one of %i ms', (asked, waited) => {
  expect(timerDue(10_000, 10_000 + asked) - 10_000).toBe(waited);
});
