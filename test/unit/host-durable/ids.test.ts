import {
  instanceIdProblem,
  isStartedByClient,
  newClientExecutionId,
  newExecutionId,
  newHexId,
} from '../../../host/durable/ids.js';

test('ids', () => {
  expect(newHexId()).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(Array.from({ length: 1_000 }, newHexId)).size).toBe(1_000);
  expect(newClientExecutionId()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect([newClientExecutionId(), newExecutionId()].map(isStartedByClient)).toEqual([true, false]);
  for (const id of ['a', 'ü', 'x'.repeat(256), 'a b@c']) expect(instanceIdProblem(id)).toBeUndefined();
  for (const id of ['', 'x'.repeat(257), '@a', 'a/b', 'a\\b', 'a#', 'a?', 'a\n'])
    expect(instanceIdProblem(id)).toBeDefined();
});
