import { decodeEvents } from '../store/history-events.js';
import { type InstanceRecord, type InstanceStore } from '../store/instance-store.js';
import { decodeMessage, envelope } from '../store/messages.js';
import { rebuild } from '../turn/execution-state.js';
import { Instance } from '../turn/instance.js';

/**
 * An unfinished instance from the file: its state after its last committed turn, and its unconsumed messages.
 *
 * @throws Error when its history cannot be read
 */
export function loadInstance(store: InstanceStore, record: InstanceRecord): Instance {
  const state = rebuild(store.history(record.key).map(decodeEvents));
  const inbox = store.inbox(record.key).map(({ seq, message }) => envelope(decodeMessage(message), null, seq));
  // Events that continue-as-new carried over are older than their rows.
  inbox.sort((a, b) => a.message.at - b.message.at);
  const updated = Math.max(record.updated, state.lastTurnAt); // state-file.ts, S3
  return new Instance({ ...record, updated }, state, inbox, true);
}
