import pino from 'pino';
import { type Logger, type LogLevel } from './contracts.js';

/** A level of host.json, lower-cased; `none` turns a category off. */
export type LogThreshold = LogLevel | 'none';

const RANK: Record<LogThreshold, number> = {
  trace: 10,
  debug: 20,
  information: 30,
  warning: 40,
  error: 50,
  critical: 60,
  none: 100,
};

/** All levels of host.json, lowest first. */
export const LOG_THRESHOLDS = Object.keys(RANK) as LogThreshold[];

/** The host's logger. `enabled` tells whether an entry would be written, so that callers can skip building it. */
export interface HostLog extends Logger {
  enabled(level: LogLevel, category: string): boolean;
}

/** Options of `createLog`. */
export interface LogOptions {
  /** host.json `logging.logLevel`: a category, its prefix, a name with one `*`, or `default`, to the lowest level logged. */
  levels: Readonly<Record<string, LogThreshold>>;
  format: 'text' | 'json';
  /** File descriptor to write to. */
  fd: number;
}

/** The logger for the whole host, on pino. Categories are filtered here, because pino filters by level only. */
export function createLog(options: LogOptions): HostLog {
  const sink = pino.destination({ fd: options.fd, sync: true });
  const logger = pino(
    {
      level: 'trace',
      base: null,
      customLevels: { information: RANK.information, warning: RANK.warning, critical: RANK.critical },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.format === 'json' ? sink : textStream(sink),
  );
  const enabled = createFilter(options.levels);
  return {
    enabled,
    log: (level, category, message, fields) => {
      if (enabled(level, category)) logger[level]({ ...fields, category }, message);
    },
  };
}

/** Decides by host.json's `logging.logLevel` whether an entry is written. */
export function createFilter(levels: LogOptions['levels']): HostLog['enabled'] {
  const rankOf = thresholds(levels);
  return (level, category) => RANK[level] >= rankOf(category);
}

/**
 * The longest configured name that matches a category decides, as in the genuine host: a prefix, in which dots have no
 * special meaning, or a prefix and a suffix around one `*`.
 */
function thresholds(levels: LogOptions['levels']): (category: string) => number {
  const known = new Map<string, number>();
  const rules = Object.keys(levels)
    .sort((a, b) => b.length - a.length)
    .map((name) => ({ name, matches: categoryTest(name) }));
  return (category) => {
    let rank = known.get(category);
    if (rank === undefined) {
      const rule = rules.find(({ matches }) => matches(category.toLowerCase()));
      rank = RANK[levels[rule?.name ?? 'default'] ?? 'information'];
      known.set(category, rank); // bounded: categories come from function names and from the host's code
    }
    return rank;
  };
}

function categoryTest(name: string): (category: string) => boolean {
  const [prefix = '', suffix = ''] = name.toLowerCase().split('*');
  return (category) => category.startsWith(prefix) && category.endsWith(suffix);
}

const LABELS: Record<LogLevel, string> = {
  trace: 'TRC',
  debug: 'DBG',
  information: 'INF',
  warning: 'WRN',
  error: 'ERR',
  critical: 'CRT',
};

/** pino's protocol for passing an entry's parts to a stream, without parsing the JSON line. */
interface MetadataStream {
  lastObj: Record<string, unknown>;
  lastMsg: string | undefined;
  lastLevel: number;
  write(line: string): void;
}

function textStream(sink: { write(line: string): unknown }): MetadataStream {
  const labels = new Map(Object.entries(LABELS).map(([level, label]) => [RANK[level as LogLevel], label]));
  const stream: MetadataStream = {
    lastObj: {},
    lastMsg: undefined,
    lastLevel: 0,
    write() {
      const { category, ...fields } = stream.lastObj;
      const time = new Date().toISOString().slice(11, 23);
      const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
      sink.write(
        `${time} ${labels.get(stream.lastLevel) ?? '???'} ${String(category)}: ${printable(stream.lastMsg ?? '')}${rest}\n`,
      );
    },
  };
  return Object.assign(stream, { [Symbol.for('pino.metadata')]: true });
}

// eslint-disable-next-line no-control-regex -- the expression matches the terminal escapes to remove
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A message cannot forge an entry: further lines are indented and control characters are replaced. */
function printable(message: string): string {
  return message.replace(/\r?\n/g, '\n    ').replace(CONTROL, '�');
}
