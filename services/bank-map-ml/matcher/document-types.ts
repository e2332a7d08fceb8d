import { casefold, strip } from './text.js';

/** What a document type means for the matching. */
export type DocumentKind = 'invoice' | 'credit note' | 'left out';

const TYPES: Record<DocumentKind, readonly string[]> = {
  invoice: ['Invoice', 'SF', 'Sąskaita faktūra', 'PVM sąskaita faktūra', 'Finance Charge Memo', 'Delspinigių pažyma'],
  'credit note': [
    'Credit Memo',
    'Credit Note',
    'Refund',
    'Refund (Receipt)',
    'Grąž. paž.',
    'Grąžinimo pažyma',
    'Grąžinimas',
    'Kreditinė sąskaita',
    'Kreditinė PVM sąskaita faktūra',
  ],
  'left out': [
    'Payment',
    'Mokėjimas',
    'Reminder',
    'Priminimas',
    'Bill',
    'Sąskaita',
    'Prepayment',
    'Prepayment Refund',
    'Prepayment Invoice',
    'Išankstinis mokėjimas',
    'Išankstinė sąskaita',
    'Avansas',
  ],
};

const KINDS = new Map(
  Object.entries(TYPES).flatMap(([kind, types]) => types.map((type) => [casefold(type), kind as DocumentKind])),
);

/** Undefined for an unknown type; such documents are left out too. */
export const documentKind = (documentType: string): DocumentKind | undefined =>
  KINDS.get(casefold(strip(documentType)));

/** The type of a document in the result. */
export const shownType = (documentType: string): 'Invoice' | 'Credit Memo' =>
  documentKind(documentType) === 'invoice' ? 'Invoice' : 'Credit Memo';
