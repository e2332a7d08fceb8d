import { EventType, type HistoryEvent, eventTime } from '../../../../host/durable/store/history-events.js';
import { rebuild } from '../../../../host/durable/turn/execution-state.js';
import { rewindHistory } from '../../../../host/durable/turn/rewind-history.js';

/** The history after a rewind, for cases that take long to reach on a running host. */
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

const rewound = (turns: HistoryEvent[][]) => {
  const result = rewindHistory(turns);
  if (typeof result === 'string') throw new Error(result);
  return result;
};
/** Numbers of the open tasks after the rewind, the next free number, and the count of numbered actions. */
const state = (turns: HistoryEvent[][]) => {
  const { openTasks, nextTaskId, numberedActions } = rebuild(rewound(turns).turns);
  return { open: [...openTasks.keys()].sort((a, b) => a - b), nextTaskId, numberedActions };
};

test('results of what was scheduled before the failure stay, also later ones', () => {
  const turns = [
    turn([], [task(0), task(1), timer(2)], 1),
    turn([failed(0)], [], 1),
    turn([done(1), fired(2)], [end], 1),
  ];
  expect(state(turns)).toEqual({ open: [0], nextTaskId: 3, numberedActions: 1 });
});

test('a generic event is in the place of the call, its failure and the end', () => {
  const turns = [turn([], [task(0), task(1)], 1), turn([done(1), failed(0)], [end], 1)];
  const types = rewound(turns)
    .turns.flat()
    .map((one) => one.EventType);
  const { OrchestratorStarted, OrchestratorCompleted, TaskScheduled, TaskCompleted, GenericEvent } = EventType;
  expect(types).toEqual([
    ...[OrchestratorStarted, TaskScheduled, GenericEvent, TaskScheduled, OrchestratorCompleted],
    ...[OrchestratorStarted, TaskCompleted, GenericEvent, GenericEvent, OrchestratorCompleted],
  ]);
});

test.each([
  [
    'a step after a caught failure',
    [turn([], [task(0)], 1), turn([failed(0)], [task(1)], 2), turn([done(1)], [end], 2)],
  ],
  [
    'retries',
    [
      turn([], [task(0, { Retry: { First: 0, Attempt: 1, Policy: policy } })], 1),
      turn([failed(0)], [timer(1, { Retry: { First: 0, Attempt: 2 } })], 1),
      turn([fired(1)], [end], 1),
    ],
  ],
])('%s is a trap', (_what, turns) => {
  expect(rewindHistory(turns)).toContain('On Azure this fails again');
});

test('answers of entities and events of clients stay', () => {
  const turns = [
    turn([], [sent(0, 'early'), task(1)], 2),
    turn([failed(1), raised('go')], [], 3),
    turn([answered('early')], [end], 3),
  ];
  const { replay, numberedActions } = rebuild(rewound(turns).turns);
  const names = replay.flatMap((one) => (one.EventType === EventType.EventRaised ? [one.Name] : []));
  expect([names, numberedActions]).toEqual([['go', 'early'], 2]);
});

test('without a failed call only the end goes', () => {
  const turns = [turn([], [task(0)], 1), turn([done(0)], [end], 1)];
  expect(
    rewound(turns)
      .turns.flat()
      .filter((one) => one.EventType !== EventType.GenericEvent),
  ).toEqual(turns.flat().filter((one) => one !== end));
});
