import { type Column, type Columns } from './columns.js';
import { ContentError, shown } from '../../input-error.js';
import { isBlank, Texts } from './kinds.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Creates the parser for the lines of a file.
 *
 * @param isUnused whether the values of a row are not checked: wrong ones are then empty
 * @returns a function that parses a line; `place` is its file and number for messages. It returns the reason when the
 *   row is left out, and throws ContentError when the line is not a JSON object or a field is invalid
 */
export function rowReader<Row extends object>(
  columns: Columns<Row>,
  isUnused: (json: Json) => boolean,
): (line: string, place: string) => Row | string {
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
    const isChecked = !isUnused(json);
    for (const { field, column, texts } of fields) {
      const value = valueOf(column, json, texts, isChecked ? place : undefined);
      if (value === INVALID) return column.leftOut ?? '';
      row[field] = value;
    }
    return row as Row;
  };
}

function parse(line: string, place: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ContentError(`${place} is not JSON; every line must be one JSON object.`); // V8's message is not helpful
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new ContentError(`${place} is ${shown(value)}; every line must be one JSON object.`);
}

/** A value that is not of its column's kind, where the row is left out for it. */
const INVALID = Symbol('invalid');

/** @param place undefined for a row that is not checked */
function valueOf<T>(column: Column<T>, json: Json, texts: Texts, place: string | undefined): T | typeof INVALID {
  const { names, kind, need, leftOut } = column;
  for (const name of names) {
    const value = json[name];
    if (kind.isEmpty ? kind.isEmpty(value) : isBlank(value)) continue;
    const read = kind.read(value, texts);
    if (read !== undefined) return read;
    if (place === undefined) return kind.blank;
    if (leftOut !== undefined) return INVALID;
    throw new ContentError(`${place}: ${name} ${shown(value)} ${kind.problem}.`);
  }
  const isPresent = names.some((name) => json[name] !== undefined);
  if (place === undefined || need === 'optional' || (need === 'present' && isPresent)) return kind.blank;
  throw new ContentError(`${place}: ${names.join(' or ')} is ${isPresent ? 'empty' : 'missing'}.`);
}
