import { type AccountType } from './ledger.js';

/** The result of a job, as its JSON is (docs/contracts/bank-map.md, "The result"). */
export interface MappingResult {
  company: string;
  /** In the order of dates. */
  mappings: Mapping[];
  info: MappingInfo;
}

export interface Mapping {
  entry: MappedEntry;
  /** Empty for a line that is too old, absent for one without a candidate. */
  main?: MainMapping | Record<string, never>;
  /** Absent for a line that is too old. */
  alternatives?: Alternative[];
}

/** The main mapping of a line, if it has one. */
export function mainOf({ main }: Mapping): MainMapping | undefined {
  return main && 'item' in main ? (main as MainMapping) : undefined;
}

/** The line: `id` is its external document number, `desc` the other party's name, `msg` its text. */
export interface MappedEntry {
  amount: number | null;
  /** `YYYY-MM-DDTHH:MM:SS` */
  date: string;
  msg: string;
  currency: string;
  desc: string;
  id: string | number | null;
  type: 'Credit' | 'Debit';
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
  /** Absent for a mapping by rule. */
  details?: Details;
  /** The three are present for a customer or vendor that was found by similarity. */
  docs?: AssignedDocument[];
  total_applied?: number;
  amount_remaining?: number;
}

export interface AssignedDocument {
  item: {
    no: string;
    ext_no: string;
    type: 'Invoice' | 'Credit Memo';
    currency: string;
    /** What remains to be paid, with its sign. */
    amount: number;
    /** `YYYY-MM-DDTHH:MM:SS`; empty when there is none. */
    due: string;
  };
  /** The part of the line's amount that is applied to the document. */
  sum: number;
  reason: AssignmentReason;
}

/** Why a document was chosen, most certain first (docs/bank-map-matching.md, "Documents"). */
export type AssignmentReason = 'one && amount' | 'sf && amount' | 'sf' | 'sf sim && amount' | 'sf sim' | 'amount';

interface MappingInfo {
  /** Seconds per stage. */
  metrics: Record<string, number>;
  /** Rows that were used, and counts of the results (docs/bank-map-matching.md, "The JSON"). */
  sizes: Record<string, number | boolean>;
  /** Rows that were left out, by file and reason. */
  left_out: Record<string, Record<string, number>>;
  /** The limits of recommended mappings: 'default' or 'learned', and the limit of each type. */
  limits: { source: 'default' | 'learned' } & Record<AccountType, number>;
  /** The weight of each feature of `details`: a similarity is the sum of the products. */
  weights: Readonly<Record<string, number>>;
  app_version: string;
  /** When the job ended, ISO 8601. */
  recognition_finished: string;
  /** The name of the input file; absent outside of a job. */
  file?: string;
}
