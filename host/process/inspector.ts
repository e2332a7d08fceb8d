import inspector from 'node:inspector';

/** Where the debugger of a process listens. */
export interface Inspect {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Wait for a debugger, and stop before the app's first file is loaded. */
  brk: boolean;
}

/** The debugger's port cannot be had. The message says what to do. */
export class InspectError extends Error {
  override readonly name = 'InspectError';
}

export const DEFAULT_INSPECT: Omit<Inspect, 'brk'> = { host: '127.0.0.1', port: 9229 };
const ADDRESS = /^(?:(\[[\da-f:.]+\]|[^:[\]]+):)?(\d{1,5})$/i;

/**
 * Reads `[host:]port`, or a host alone.
 *
 * @throws RangeError when it is none of these
 */
export function parseInspect(text: string): Omit<Inspect, 'brk'> {
  const [, host, digits] = ADDRESS.exec(text) ?? [];
  const port = Number(digits);
  if (port <= 65_535) return { host: host?.replace(/[[\]]/g, '') ?? DEFAULT_INSPECT.host, port };
  if (/^[a-z][\w.-]*$/i.test(text)) return { ...DEFAULT_INSPECT, host: text };
  throw new RangeError(`${text} is no address for the debugger: give [host:]port, such as 127.0.0.1:9229.`);
}

/** The address of the process that comes `index` places after the host's. */
export function inspectOf(base: Inspect, index: number): Inspect {
  return { ...base, port: base.port === 0 ? 0 : base.port + index, brk: base.brk && index === 0 };
}

/**
 * Opens the debugger of this process; Node.js prints its address to stderr.
 *
 * @throws InspectError when the port is taken
 */
export function openInspector({ host, port, brk }: Inspect): void {
  inspector.open(port, host);
  if (inspector.url() === undefined) {
    throw new InspectError(
      `The debugger cannot listen on ${host}:${port}. Stop what uses the port, or choose another: --inspect=${host}:0.`,
    );
  }
  if (!brk) return;
  inspector.waitForDebugger();
  // The app's files are loaded next: set breakpoints in them and go on.
  // eslint-disable-next-line no-debugger -- stopping here is what --inspect-brk is for
  debugger;
}
