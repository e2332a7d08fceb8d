import { type AccountType } from './ledger.js';

/** The result of a job, as the contract has it (docs/contracts/bank-map.md, "The result"). */
export interface MappingResult {
  company: string;
  mappings: Mapping[];
  info: MappingInfo;
}

export interface Mapping {
  entry: MappedEntry;
  /** Undefined for lines that are too old to be mapped, and without any candidate; `{}` on the wire. */
  main: MainMapping | undefined;
  alternatives: Alternative[];
}

/** The line: `id` is its external document number, `desc` the other party's name, `msg` its text. */
export interface MappedEntry {
  amount: number;
  date: string;
  msg: string;
  currency: string;
  desc: string;
  id: string;
  type: string;
  bank_account: string;
}

export interface AccountItem {
  no: string;
  type: AccountType;
  name: string;
}

/** Values of the features that took part, by name. */
export type Details = Record<string, number>;

export interface Alternative {
  item: AccountItem;
  similarity: number;
  recommended: false;
  details: Details;
}

export interface MainMapping {
  item: AccountItem;
  similarity: number;
  recommended: boolean;
  /** How sure it is, from 0 to 1. */
  confidence_score: number;
  type: 'Similarity' | 'Text to Account';
  details: Details;
  docs: AssignedDocument[];
  total_applied: number;
  amount_remaining: number;
}

export interface AssignedDocument {
  item: { no: string; ext_no: string; type: string; currency: string; amount: number; due: string };
  /** What of the line's amount goes to the document. */
  sum: number;
  reason: AssignmentReason;
}

/** Why a document was chosen, surest first; docs/bank-map-matching.md says what each means. */
export type AssignmentReason =
  | 'only document with this amount'
  | 'number and amount'
  | 'number'
  | 'similar number and amount'
  | 'similar number'
  | 'nearest due date';

export interface MappingInfo {
  /** Seconds per stage. */
  metrics: Record<string, number>;
  /** Rows per file, and what became of the lines. */
  sizes: Record<string, number>;
  app_version: string;
  /** When the job ended, ISO 8601. */
  recognition_finished: string;
}
