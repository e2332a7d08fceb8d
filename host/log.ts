import pino from 'pino';
import { type Logger, type LogLevel } from './contracts.js';

/** A level of host.json, lower-cased; `none` silences. */
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

export const LOG_THRESHOLDS = Object.keys(RANK) as LogThreshold[];

/** The logger of the host: it can say beforehand whether a line would be written, so that nobody builds it in vain. */
export interface HostLog extends Logger {
  enabled(level: LogLevel, category: string): boolean;
}

export interface LogOptions {
  /** host.json `logging.logLevel`: a category or the beginning of one, or `default`, to its lowest level. */
  levels: Readonly<Record<string, LogThreshold>>;
  format: 'text' | 'json';
  /** File descriptor that lines go to. */
  fd: number;
}

/** One pino for the whole host. Categories are filtered here, because pino knows levels only. */
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

/** Whether a line would be written, by host.json's `logging.logLevel`. */
export function createFilter(levels: LogOptions['levels']): HostLog['enabled'] {
  const rankOf = thresholds(levels);
  return (level, category) => RANK[level] >= rankOf(category);
}

/** The longest configured prefix of a category decides; dots are not special to it, as in the product. */
function thresholds(levels: LogOptions['levels']): (category: string) => number {
  const known = new Map<string, number>();
  const prefixes = Object.keys(levels).sort((a, b) => b.length - a.length);
  return (category) => {
    let rank = known.get(category);
    if (rank === undefined) {
      const prefix = prefixes.find((candidate) => category.toLowerCase().startsWith(candidate.toLowerCase()));
      rank = RANK[levels[prefix ?? 'default'] ?? 'information'];
      known.set(category, rank); // categories come from function names and from our own code: a bounded set
    }
    return rank;
  };
}

const LABELS: Record<LogLevel, string> = {
  trace: 'TRC',
  debug: 'DBG',
  information: 'INF',
  warning: 'WRN',
  error: 'ERR',
  critical: 'CRT',
};

/** pino hands over the pieces of a line through this protocol of its own, so that nothing has to be parsed again. */
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

// eslint-disable-next-line no-control-regex -- terminal escapes in a message must not reach the terminal
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A message cannot forge an entry: its further lines are indented, its control characters are gone. */
function printable(message: string): string {
  return message.replace(/\r?\n/g, '\n    ').replace(CONTROL, '�');
}
