import { parseRejection } from '../../../../host/durable/turn/orchestrator-reply.js';

test('the failure of an orchestrator is read after the marker, with any text before it', () => {
  const state = { isDone: false, actions: [[{ actionType: 0, functionName: 'A' }]], schemaVersion: 3, error: 'boom' };
  const reply = parseRejection(new Error(`false\n\n$OutOfProcData$:${JSON.stringify(state)}`));
  expect(reply).toMatchObject({ kind: 'state', actions: state.actions[0], end: { kind: 'threw', message: 'boom' } });
  expect(parseRejection(new Error('plain'))).toEqual({ kind: 'invalid', message: 'plain' });
  expect(parseRejection(new Error('x\n\n$OutOfProcData$:{}'))).toMatchObject({ kind: 'invalid' });
  expect(parseRejection(new Error('x\n\n$OutOfProcData$:{'))).toMatchObject({ kind: 'invalid' });
});
