import { type AccountType } from './ledger.js';

/** The result of a job (docs/contracts/bank-map.md, "The result"). */
export interface MappingResult {
  company: string;
  mappings: Mapping[];
  info: MappingInfo;
}

export interface Mapping {
  entry: MappedEntry;
  /** Undefined for lines that are too old or have no candidate; `{}` in the JSON. */
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

/** Values of the features that were used, by name. */
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
  /** The confidence, from 0 to 1. */
  confidence_score: number;
  type: 'Similarity' | 'Text to Account';
  details: Details;
  docs: AssignedDocument[];
  total_applied: number;
  amount_remaining: number;
}

export interface AssignedDocument {
  item: { no: string; ext_no: string; type: string; currency: string; amount: number; due: string };
  /** The part of the line's amount that is applied to the document. */
  sum: number;
  reason: AssignmentReason;
}

/** Why a document was chosen, most certain first (docs/bank-map-matching.md). */
export type AssignmentReason =
  | 'only document with this amount'
  | 'number and amount'
  | 'number'
  | 'similar number and amount'
  | 'similar number'
  | 'nearest due date';

interface MappingInfo {
  /** Seconds per stage. */
  metrics: Record<string, number>;
  /** Rows per file, and counts of the results. */
  sizes: Record<string, number>;
  app_version: string;
  /** When the job ended, ISO 8601. */
  recognition_finished: string;
}
