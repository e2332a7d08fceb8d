import { type Column, type Columns } from './columns.js';
import { InputError, shown } from './input-error.js';
import { Texts } from './kinds.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Makes rows out of the lines of a file.
 *
 * @returns a function from a line's text, and its place for messages, to the row
 *   @throws {InputError} of that function: the line is not a JSON object, or a field is not what it must be
 */
export function rowReader<Row extends object>(columns: Columns<Row>): (line: string, place: string) => Row {
  const fields = Object.entries<Column<unknown>>(columns).map(([field, column]) => ({
    field,
    column,
    texts: new Texts(),
  }));
  // Copies of one object share its shape, which costs a row half of the memory of one that grows field by field.
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
    throw new InputError(`${place} is not JSON; every line must be one JSON object.`); // V8's words add little
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new InputError(`${place} is ${shown(value)}; every line must be one JSON object.`);
}

function valueOf<T>({ names, kind, need }: Column<T>, json: Json, texts: Texts, place: string): T {
  for (const name of names) {
    const value = json[name];
    if (value === undefined || value === null || value === '') continue;
    const read = kind.read(value, texts);
    if (read === undefined) throw new InputError(`${place}: ${name} ${shown(value)} ${kind.complaint}.`);
    if (read !== '' || need !== 'filled') return read;
  }
  const isThere = names.some((name) => json[name] !== undefined);
  if (need === 'optional' || (need === 'present' && isThere)) return kind.blank;
  throw new InputError(`${place}: ${names.join(' or ')} is ${isThere ? 'empty' : 'missing'}.`);
}
