import { type HostOptions } from '../options.js';

/** Messages between the supervisor and the process that runs the app (see supervisor.ts). */

/** HostOptions without what cannot be sent; the port is the one that the supervisor listens on. */
export type AppOptions = Omit<HostOptions, 'listen' | 'onFileLoaded'> & { port: number };

/** From the supervisor to the app's process. */
export type ToApp =
  | { kind: 'start'; options: AppOptions }
  /** Sent together with a client's socket. */
  | { kind: 'connection' }
  /** Stop the host and end the process. */
  | { kind: 'stop'; graceMs: number };

/** From the app's process to the supervisor. */
export type FromApp =
  /** A file of the app was loaded. */
  | { kind: 'file'; file: string }
  | { kind: 'ready' }
  /** The host could not start. */
  | { kind: 'failed'; name: string; message: string };
