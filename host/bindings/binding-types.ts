import { type QueueSettings } from '../config/queue-settings.js';
import { type Binding, type TypedData } from '../contracts.js';
import { type BindingData } from './binding-data.js';
import { type Escape, type Template } from './expressions.js';
import { type StorageClients } from './storage-clients.js';

/** A binding that is read before its function runs. */
export interface InputBinding {
  read(data: () => BindingData): Promise<TypedData | undefined>;
}

/** A binding that is written after its function has run. */
export interface OutputBinding {
  write(value: TypedData, data: () => BindingData): Promise<void>;
}

/** What all storage bindings share. */
export interface StorageContext {
  clients: StorageClients;
  queues: QueueSettings;
  compile: (text: string, escape?: Escape) => Template;
  /** Called after a message was sent to the queue with this URL. */
  onSent: (queueUrl: string) => void;
}

/**
 * A required text option of a binding.
 *
 * @throws Error when it is missing
 */
export function textOption(binding: Binding, option: string): string {
  const value = binding[option];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`its ${option} is missing`);
}
