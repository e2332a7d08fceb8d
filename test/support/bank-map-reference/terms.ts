/** Functions for the terms of docs/bank-map-matching.md. */
import { type StatementLine } from '../../../services/bank-map-ml/ledger.js';

/** The first row of each number, and all rows without a number. */
export function once<T extends { externalDocumentNumber: string }>(rows: T[]): T[] {
  const number = (row: T) => row.externalDocumentNumber.trim();
  return rows.filter((row, i) => number(row) === '' || rows.findIndex((r) => number(r) === number(row)) === i);
}

export const spaced = (text: string): string => text.slice(0, 1_000).normalize('NFC').replace(/\s+/g, ' ').trim();
export const fold = (text: string): string => spaced(text).toLowerCase();
export const words = (text: string): string[] => fold(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
export const iban = (text: string): string => {
  const plain = text.toUpperCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '');
  return plain.length > 5 ? plain : '';
};
export const currency = (text: string): string => text.trim().toUpperCase() || 'EUR';
export const cents = (amount: number): number => Math.round(amount * 100);
export const masked = (text: string): string => fold(text).replace(/[0-9]+/g, '#');
export const isDigit = (c: string | undefined): boolean => c !== undefined && c >= '0' && c <= '9';

export function day(date: string): number | undefined {
  if (!/^(19|[2-9]\d)\d\d-\d\d-\d\d/.test(date)) return undefined;
  const ms = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(ms) ? undefined : ms / 86_400_000;
}

/** Whether money is incoming, by type or, if unknown, by sign. */
export function incoming(type: string, amount: number): boolean {
  const known = type.trim().toLowerCase();
  if (known === 'crdt' || known === 'credit') return true;
  return known === 'dbit' || known === 'debit' ? false : amount >= 0;
}

export const isIncoming = (line: StatementLine): boolean => incoming(line.transactionType, line.statementAmount);
export const partyName = (line: StatementLine): string => (isIncoming(line) ? line.debtorName : line.creditorName);
export const partyIban = (line: StatementLine): string => iban(isIncoming(line) ? line.debtorIban : line.creditorIban);
