import { parseRejection } from '../../../../host/durable/turn/orchestrator-reply.js';

const state = { isDone: false, actions: [[{ actionType: 0, functionName: 'A' }]], schemaVersion: 3, error: 'boom' };
const rejected = (text: string) => parseRejection(new Error(`false\n\n$OutOfProcData$:${text}`));

test('the failure of an orchestrator is read after the last marker', () => {
  const reply = { kind: 'state', actions: state.actions[0], end: { kind: 'threw', message: 'boom' } };
  expect(rejected(JSON.stringify(state))).toMatchObject(reply);
  expect(rejected(`{}\n\n$OutOfProcData$:${JSON.stringify(state)}`)).toMatchObject(reply);
});

test.each(['{}', '{', JSON.stringify({ ...state, error: undefined }), JSON.stringify({ ...state, error: '' })])(
  '%s is not read',
  (text) => {
    expect(rejected(text)).toMatchObject({
      kind: 'unreadable',
      error: { message: expect.stringContaining('(Result: Failure\nException: false') as unknown },
    });
  },
);

test('neither is another error', () => {
  expect(parseRejection(new Error('plain'))).toMatchObject({ kind: 'unreadable' });
});
