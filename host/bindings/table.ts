import { type TableClient, type TransactionAction } from '@azure/data-tables';
import { type Binding } from '../contracts.js';
import { type BindingData } from './binding-data.js';
import { type Template } from './expressions.js';
import { type InputBinding, type OutputBinding, type StorageContext, textOption } from './binding-types.js';
import { createOn404, undefinedOn404, withTimeout } from './storage-clients.js';
import { type EntityWrite, type Row, rowsOf, toEntity, toRow } from './table-rows.js';

type Data = () => BindingData;

/**
 * `input.table`: the row of partitionKey and rowKey, or nothing; without a rowKey the rows that match partitionKey and
 * filter, at most `take`. Reading rows of a table that does not exist fails the invocation, reading one row does not, as
 * in TablesExtensionConfigProvider.cs and PocoEntityArgumentBinding.cs.
 */
export function tableInput(binding: Binding, context: StorageContext): InputBinding {
  const table = tableOf(binding, context);
  const keys = keysOf(binding, context);
  const filter = optional(binding.filter, (text) => context.compile(text, escapeFilter));
  const take = typeof binding.take === 'number' && binding.take > 0 ? binding.take : Infinity;
  if (keys.rowKey !== undefined && keys.partitionKey === undefined) throw new Error('its rowKey needs a partitionKey');
  return {
    async read(data) {
      const client = table(data);
      const { partitionKey, rowKey } = resolveKeys(keys, data);
      if (partitionKey !== undefined && rowKey !== undefined) {
        const entity = await undefinedOn404(() => client.getEntity(partitionKey, rowKey, withTimeout()));
        return entity && { json: JSON.stringify(toRow(entity)) };
      }
      const conditions = [partitionKey && `PartitionKey eq '${quoted(partitionKey)}'`, filter?.resolve(data)];
      const query = conditions.filter((condition) => condition !== undefined).join(' and ');
      return { json: JSON.stringify(await rowsFrom(client, query, take)) };
    },
  };
}

/**
 * `output.table`: inserts one row or several; an existing row fails the invocation. Rows of one partition are written in
 * transactions, all or none, as in TableEntityWriter.cs.
 */
export function tableOutput(binding: Binding, context: StorageContext): OutputBinding {
  const table = tableOf(binding, context);
  const keys = keysOf(binding, context);
  return {
    async write(value, data) {
      const defaults = resolveKeys(keys, data);
      const writes = rowsOf(value).map((row) => toEntity(row, defaults));
      const client = table(data);
      for (const actions of transactionsOf(writes)) {
        await createOn404(
          () => client.submitTransaction(actions, withTimeout()),
          () => client.createTable(withTimeout()),
        );
      }
    },
  };
}

/** The largest transaction that storage accepts. */
const MAX_TRANSACTION_ROWS = 100;

/** Transactions by partition, in the order of the first rows. A transaction has each row at most once. */
function transactionsOf(writes: readonly EntityWrite[]): TransactionAction[][] {
  const transactions: TransactionAction[][] = [];
  const open = new Map<string, Map<string, TransactionAction>>();
  const close = (partitionKey: string, rows: Map<string, TransactionAction>) => {
    open.delete(partitionKey);
    transactions.push([...rows.values()]);
  };
  for (const write of writes) {
    const { partitionKey, rowKey } = write.entity;
    const before = open.get(partitionKey);
    if (before?.has(rowKey) || before?.size === MAX_TRANSACTION_ROWS) close(partitionKey, before);
    const rows = open.get(partitionKey) ?? new Map<string, TransactionAction>();
    open.set(partitionKey, rows.set(rowKey, actionOf(write)));
  }
  for (const [partitionKey, rows] of open) close(partitionKey, rows);
  return transactions;
}

function actionOf({ entity, etag }: EntityWrite): TransactionAction {
  if (etag === undefined) return ['create', entity];
  return etag === '*' ? ['upsert', entity, 'Replace'] : ['update', entity, 'Replace', { etag }];
}

async function rowsFrom(client: TableClient, filter: string, take: number): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const entity of client.listEntities({ queryOptions: { filter }, ...withTimeout() })) {
    rows.push(toRow(entity));
    if (rows.length >= take) break;
  }
  return rows;
}

function tableOf(binding: Binding, { clients, compile }: StorageContext): (data: Data) => TableClient {
  const name = compile(textOption(binding, 'tableName'));
  clients.check(binding.connection);
  return (data) => clients.table(binding.connection, name.resolve(data));
}

interface Keys<T> {
  partitionKey?: T;
  rowKey?: T;
}

function keysOf({ partitionKey, rowKey }: Binding, { compile }: StorageContext): Keys<Template> {
  return { partitionKey: optional(partitionKey, compile), rowKey: optional(rowKey, compile) };
}

function resolveKeys({ partitionKey, rowKey }: Keys<Template>, data: Data): Keys<string> {
  return { partitionKey: partitionKey?.resolve(data), rowKey: rowKey?.resolve(data) };
}

function optional(value: unknown, compile: (text: string) => Template): Template | undefined {
  return typeof value === 'string' && value !== '' ? compile(value) : undefined;
}

function quoted(value: string): string {
  return value.replaceAll("'", "''");
}

/** Inside quotes any value is escaped; outside it must be a number, a boolean, a GUID or a date, not filter syntax. */
function escapeFilter(value: string, before: string): string {
  if ((before.split("'").length - 1) % 2 === 1) return quoted(value);
  if (/^[\w.:+-]+$/.test(value)) return value;
  throw new Error(`"${value}" in a filter needs quotes around its expression`);
}
