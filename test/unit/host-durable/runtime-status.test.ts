import { parseStatuses, RuntimeStatus } from '../../../host/durable/runtime-status.js';

test('statuses of a filter: names with their case, numbers, and no other values', () => {
  const { Running, Completed, Unknown } = RuntimeStatus;
  expect(parseStatuses(['completed,FAILED', 'Nonsense,', ' Running ,1', '99'])).toEqual([Running, Completed, Unknown]);
});
