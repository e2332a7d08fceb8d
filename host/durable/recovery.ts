import { decodeEvents } from './history-events.js';
import { Instance } from './instance.js';
import { decodeMessage, envelope } from './messages.js';
import { rebuild } from './rebuild.js';
import { type InstanceRecord, type Store } from './store.js';

/** An unfinished instance from the file, as it was after its last committed turn, with the messages still waiting. */
export function loadInstance(store: Store, record: InstanceRecord): Instance {
  const state = rebuild(store.history(record.key).map(decodeEvents));
  const inbox = store.inbox(record.key).map(({ seq, message }) => envelope(decodeMessage(message), null, seq));
  // Events carried over by continue-as-new are older than their rows.
  inbox.sort((a, b) => a.message.at - b.message.at);
  const updated = Math.max(record.updated, state.lastTurnAt); // state-file.ts, S3
  return new Instance({ ...record, updated }, state, inbox, true);
}
