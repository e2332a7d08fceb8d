import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvalidArgumentError } from 'commander';

export interface Serving {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** How long requests may still take once the process is told to stop. */
  readonly drainMs: number;
  /** Ends what else keeps the process alive, once no request is left. */
  readonly close?: () => void | Promise<void>;
}

/**
 * Serves until SIGTERM or SIGINT and says `ready URL` on stdout. Told to stop, it takes no more requests, gives those
 * under way a little time, and lets the process end; a second signal ends it at once.
 */
export async function serveUntilSignal(server: Server, { port, host, drainMs, close }: Serving): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close(() => void close?.());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), drainMs).unref();
    });
  }
  console.log(`ready ${urlOf(server)}`);
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Reads an option of the command line that is a whole number in this range. */
export function integerBetween(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
