import { type Column, type Columns } from './columns.js';
import { InputError, shown } from './input-error.js';
import { Texts } from './kinds.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Creates the parser for the lines of a file.
 *
 * @returns a function that parses a line; `place` is its file and number for messages. It throws InputError when the
 *   line is not a JSON object or a field is invalid
 */
export function rowReader<Row extends object>(columns: Columns<Row>): (line: string, place: string) => Row {
  const fields = Object.entries<Column<unknown>>(columns).map(([field, column]) => ({
    field,
    column,
    texts: new Texts(),
  }));
  // Copies of one object share its hidden class, which halves the memory of a row.
  const blank = Object.fromEntries(fields.map(({ field, column }) => [field, column.kind.blank]));
  return (line, place) => {
    const json = parse(line, place);
    const row = { ...blank };
    for (const { field, column, texts } of fields) row[field] = valueOf(column, json, texts, place);
    return row as Row;
  };
}

function parse(line: string, place: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new InputError(`${place} is not JSON; every line must be one JSON object.`); // V8's message is not helpful
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new InputError(`${place} is ${shown(value)}; every line must be one JSON object.`);
}

function valueOf<T>({ names, kind, need }: Column<T>, json: Json, texts: Texts, place: string): T {
  for (const name of names) {
    const value = json[name];
    if (value === undefined || value === null || value === '') continue;
    const read = kind.read(value, texts);
    if (read === undefined) throw new InputError(`${place}: ${name} ${shown(value)} ${kind.problem}.`);
    if (read !== '' || need !== 'filled') return read;
  }
  const isPresent = names.some((name) => json[name] !== undefined);
  if (need === 'optional' || (need === 'present' && isPresent)) return kind.blank;
  throw new InputError(`${place}: ${names.join(' or ')} is ${isPresent ? 'empty' : 'missing'}.`);
}
