import { type HostOptions } from '../options.js';

/** What the supervisor and the process that runs the app say to each other (see supervisor.ts). */

/** Everything of HostOptions that is plain data; the port is the supervisor's own. */
export type StartOrder = Omit<HostOptions, 'listen'> & { port: number };

export type ToApp =
  | { kind: 'start'; options: StartOrder }
  /** Comes with the socket of a client. */
  | { kind: 'connection' }
  /** End work under way and the process. */
  | { kind: 'stop'; graceMs: number };

export type FromApp =
  /** A file of the app was loaded, by its path. */
  | { kind: 'file'; file: string }
  | { kind: 'ready' }
  /** The host refused to start. */
  | { kind: 'failed'; name: string; message: string };
