import inspector from 'node:inspector';

/** Address that the debugger of a process listens on. */
export interface InspectAddress {
  host: string;
  /** 0 chooses a free port. */
  port: number;
  /** Wait for a debugger, and stop before the app's first file is loaded. */
  brk: boolean;
}

/** The debugger's port cannot be opened. The message says what to do. */
class InspectError extends Error {
  override readonly name = 'InspectError';
}

/** The default of Node.js. */
export const DEFAULT_INSPECT_ADDRESS: Omit<InspectAddress, 'brk'> = { host: '127.0.0.1', port: 9229 };
const ADDRESS = /^(?:(\[[\da-f:.]+\]|[^:[\]]+):)?(\d{1,5})$/i;

/**
 * Parses the value of `--inspect`: `[host:]port`, or a host name.
 *
 * @throws RangeError for any other text
 */
export function parseInspectAddress(text: string): Omit<InspectAddress, 'brk'> {
  const [, host, digits] = ADDRESS.exec(text) ?? [];
  const port = Number(digits);
  if (port <= 65_535) return { host: host?.replace(/[[\]]/g, '') ?? DEFAULT_INSPECT_ADDRESS.host, port };
  if (/^[a-z][\w.-]*$/i.test(text)) return { ...DEFAULT_INSPECT_ADDRESS, host: text };
  throw new RangeError(`${text} is not a debugger address: give [host:]port, such as 127.0.0.1:9229.`);
}

/** The debugger address of the process of the app number `index`; number 0 is the host's own process. */
export function inspectAddressOf(base: InspectAddress, index: number): InspectAddress {
  return { ...base, port: base.port === 0 ? 0 : base.port + index, brk: base.brk && index === 0 };
}

/**
 * Opens the debugger of this process; Node.js prints its address to stderr. With `brk` it waits for a client.
 *
 * @throws InspectError when the port is taken
 */
export function openInspector({ host, port, brk }: InspectAddress): void {
  inspector.open(port, host);
  if (inspector.url() === undefined) {
    throw new InspectError(
      `The debugger cannot listen on ${host}:${port}. Stop the process that uses the port, or choose another port: --inspect=${host}:0.`,
    );
  }
  if (!brk) return;
  inspector.waitForDebugger();
  // The app's files are loaded next: set breakpoints in them and continue.
  // eslint-disable-next-line no-debugger -- --inspect-brk stops here
  debugger;
}
