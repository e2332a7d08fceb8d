import { parseStatusNames, RuntimeStatus } from '../../../host/durable/runtime-status.js';

test('status names of a filter', () => {
  expect(parseStatusNames(['completed,FAILED', 'Nonsense', ' Running '])).toEqual([
    RuntimeStatus.Running,
    RuntimeStatus.Completed,
    RuntimeStatus.Failed,
  ]);
});
