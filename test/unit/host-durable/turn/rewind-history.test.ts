import { EventType, type HistoryEvent, eventTime } from '../../../../host/durable/store/history-events.js';
import { rebuild } from '../../../../host/durable/turn/execution-state.js';
import { rewindHistory } from '../../../../host/durable/turn/rewind-history.js';

/** The history after a rewind (rewind-history.ts, V1 to V4), for cases that take long to reach on a running host. */
const Timestamp = eventTime(0);
const event = (fields: object) => ({ Timestamp, ...fields }) as HistoryEvent;

const started = event({ EventType: EventType.OrchestratorStarted });
const completed = (Actions: number) => event({ EventType: EventType.OrchestratorCompleted, Actions });
const task = (EventId: number, fields: object = {}) =>
  event({ EventType: EventType.TaskScheduled, EventId, Name: `activity${EventId}`, Input: null, ...fields });
const done = (TaskScheduledId: number, Result: string | null = null) =>
  event({ EventType: EventType.TaskCompleted, TaskScheduledId, Result });
const failed = (TaskScheduledId: number) =>
  event({ EventType: EventType.TaskFailed, TaskScheduledId, Reason: '', Details: '' });
const timer = (EventId: number, fields: object = {}) =>
  event({ EventType: EventType.TimerCreated, EventId, FireAt: new Date(0).toISOString(), ...fields });
const fired = (TimerId: number) => event({ EventType: EventType.TimerFired, TimerId });
const sent = (EventId: number, id: string, fields: object = {}) =>
  event({ EventType: EventType.EventSent, EventId, Name: 'op', Input: JSON.stringify({ id }), ...fields });
const answered = (Name: string) => event({ EventType: EventType.EventRaised, Name, Input: '{}', Response: true });
const raised = (Name: string) => event({ EventType: EventType.EventRaised, Name, Input: '1' });
const end = event({ EventType: EventType.ExecutionCompleted });

const turn = (incoming: HistoryEvent[], scheduled: HistoryEvent[], actions: number) => [
  started,
  ...incoming,
  ...scheduled,
  completed(actions),
];
const policy = { firstIntervalMs: 1, maxAttempts: 2, coefficient: 1, maxIntervalMs: 1, timeoutMs: null };

/** Numbers of the open tasks after the rewind, the next free number, and the count of numbered actions. */
const rewound = (turns: HistoryEvent[][]) => {
  const { openTasks, nextTaskId, numberedActions } = rebuild(rewindHistory(turns).turns);
  return { open: [...openTasks.keys()].sort((a, b) => a - b), nextTaskId, numberedActions };
};

test('later results of what was scheduled before the failure stay', () => {
  const turns = [
    turn([], [task(0), task(1), timer(2)], 1),
    turn([failed(0)], [], 1),
    turn([done(1), fired(2)], [end], 1),
  ];
  expect(rewound(turns)).toEqual({ open: [0], nextTaskId: 3, numberedActions: 1 });
});

test('what came of a caught failure goes, and its number is free', () => {
  const turns = [turn([], [task(0)], 1), turn([failed(0)], [task(1)], 2), turn([done(1)], [end], 2)];
  expect(rewound(turns)).toEqual({ open: [0], nextTaskId: 1, numberedActions: 1 });
});

test('a chain that failed in the end begins anew', () => {
  const first = task(0, { Retry: { First: 0, Attempt: 1, Policy: policy } });
  const turns = [
    turn([], [first], 1),
    turn([failed(0)], [timer(1, { Retry: { First: 0, Attempt: 2 } })], 1),
    turn([fired(1)], [task(2, { Retry: { First: 0, Attempt: 2 } })], 1),
    turn([failed(2)], [timer(3, { Retry: { First: 0, Attempt: 3 } })], 1),
    turn([fired(3)], [end], 1),
  ];
  expect(rewound(turns)).toEqual({ open: [0], nextTaskId: 1, numberedActions: 1 });
});

test('a chain that worked in the end is no failure, and one on its way waits where it was', () => {
  const chain = (id: number) => task(id, { Retry: { First: id, Attempt: 1, Policy: policy } });
  const again = (first: number, Attempt: number) => ({ Retry: { First: first, Attempt } });
  const turns = [
    turn([], [chain(0), chain(1), task(2)], 1),
    turn([failed(0)], [timer(3, again(0, 2))], 1),
    turn([failed(1)], [timer(4, again(1, 2))], 1),
    turn([fired(3)], [task(5, again(0, 2))], 1),
    turn([failed(2), done(5)], [], 1),
    turn([fired(4)], [task(6, again(1, 2))], 1),
    turn([done(6)], [end], 1),
  ];
  expect(rewound(turns)).toEqual({ open: [2, 4], nextTaskId: 6, numberedActions: 1 });
});

test('an HTTP call that was told to come again after the failure is made again', () => {
  const request = JSON.stringify({ method: 'GET', uri: 'http://x.test/', asynchronousPatternEnabled: true });
  const accepted = JSON.stringify({ statusCode: 202, headers: { Location: '/l' }, content: '' });
  const http = (id: number) => task(id, { Name: 'BuiltIn::HttpActivity', Input: request });
  const turns = [
    turn([], [http(0), http(1), task(2)], 1),
    turn([done(0, JSON.stringify({ statusCode: 200, headers: {}, content: '' })), failed(2)], [], 1),
    turn([done(1, accepted)], [timer(3, { Poll: request })], 1),
    turn([fired(3)], [http(4)], 1),
    turn([done(4)], [end], 1),
  ];
  expect(rewound(turns)).toEqual({ open: [1, 2], nextTaskId: 3, numberedActions: 1 });
});

test('answers of entities stay with their requests, events of clients stay', () => {
  const turns = [
    turn([], [sent(0, 'early'), task(1)], 2),
    turn([failed(1), raised('go')], [sent(2, 'late')], 3),
    turn([answered('early'), answered('late')], [end], 3),
  ];
  const { replay } = rebuild(rewindHistory(turns).turns);
  const names = replay.flatMap((one) => (one.EventType === EventType.EventRaised ? [one.Name] : []));
  expect(names).toEqual(['go', 'early']);
});

test('with a lock held it goes back to before the lock, and not beyond a released one', () => {
  const LockSet = ['@a@b'];
  const locked = [
    turn([], [task(0)], 1),
    turn([done(0)], [sent(1, 'lock', { LockSet })], 2),
    turn([answered('lock')], [task(2)], 3),
    turn([failed(2)], [end], 3),
  ];
  expect(rewound(locked)).toEqual({ open: [], nextTaskId: 1, numberedActions: 1 });
  const released = [
    turn([], [sent(0, 'lock', { LockSet })], 1),
    turn([answered('lock')], [sent(1, 'release', { Name: 'release' }), task(2)], 3),
    turn([failed(2)], [end], 3),
  ];
  expect(rewound(released)).toEqual({ open: [2], nextTaskId: 3, numberedActions: 3 });
});

test('without a failed call only the end goes', () => {
  const turns = [turn([], [task(0)], 1), turn([done(0)], [end], 1)];
  expect(rewindHistory(turns).turns.flat()).toEqual(turns.flat().filter((one) => one !== end));
});
