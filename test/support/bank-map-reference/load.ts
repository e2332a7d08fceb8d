import { amount, currency, endToEndId, firstText, fold, moment, text, type Moment, type Row } from './values.js';

/** The rows of each file, by its name without `.jsonl`. */
export type Rows = Readonly<Record<string, readonly Row[]>>;

/** A statement line, or one of the past. */
export interface Line {
  id: string;
  rawId: unknown;
  who: string;
  iban: string;
  message: string;
  /** The message with each run of digits replaced by `#`. */
  pattern: string;
  date: Moment;
  amount: number;
  rawAmount: unknown;
  currency: string;
  isCredit: boolean;
  bankAccount: string;
  endToEndId: string;
}

/** What a line may belong to: an open document of a customer or vendor, or an account. */
export interface Candidate {
  type: string;
  no: string;
  name: string;
  ibans: string[];
  documentNo: string;
  externalNo: string;
  documentType: string;
  documentDate: Moment | undefined;
  dueDate: Moment | undefined;
  amount: number;
  currency: string;
  isOpen: boolean;
  endToEndId: string;
}

export interface Rule {
  type: string;
  text: string;
  account: string;
  creditAccount: string;
  debitAccount: string;
  bankAccount: string;
}

const TYPES = ['Customer', 'Vendor', 'G/L Account', 'Bank Account'];
const INVOICES = ['Delspinigių pažyma', 'Invoice', 'SF', 'Finance Charge Memo'];
const CREDIT_MEMOS = ['Grąž. paž.', 'Grąžinimo pažyma', 'Grąžinimas', 'Credit Memo', 'Refund', 'Refund (Receipt)'];

/** The rows with a date, the first of each id, oldest first. */
function dated(rows: readonly Row[], name: string, message: string, amountField: string): Line[] {
  const first = new Map<string, Row>();
  for (const row of rows) {
    const id = idOf(row);
    if (!first.has(id)) first.set(id, row);
  }
  const lines = [...first].flatMap(([id, row]): Line[] => {
    const date = moment(row.operationDate);
    if (!date) return [];
    return [
      {
        id,
        rawId: row.externalDocumentNumber ?? null,
        who: name === '' ? firstText(row, 'creditorName', 'debtorName') : text(row[name]),
        iban: firstText(row, 'creditorIban', 'debtorIban'),
        message: text(row[message]),
        pattern: text(row[message]).replace(/\p{Nd}+/gu, '#'),
        date,
        amount: amount(row[amountField]),
        rawAmount: row[amountField] ?? null,
        currency: currency(row.accountCurrency),
        isCredit: ['CRDT', 'CREDIT'].includes(text(row.transactionType).toUpperCase()),
        bankAccount: text(row.bankAccountNumber),
        endToEndId: endToEndId(row.endToEndId),
      },
    ];
  });
  return lines.toSorted((a, b) => a.date.ms - b.date.ms);
}

const idOf = (row: Row) => text(row.externalDocumentNumber);

export const linesOf = (rows: Rows) => dated(rows.bankStatementLines ?? [], '', 'transactionText', 'statementAmount');
export const pastOf = (rows: Rows) =>
  dated(rows.bankStatementEntries ?? [], 'description', 'messageToRecipient', 'amount');

/** The account of each past line, as `type:number`, by the line's id. A vendor wins over a customer, over the others. */
export function recognitionsOf(rows: Rows) {
  const others = new Map<string, string>();
  for (const row of rows.bankAccountRecognitions ?? []) {
    const [id, type, no] = [row.statementExternalDocumentNumber, row.balAccountType, row.balAccountNumber].map(text);
    if (TYPES.includes(type ?? '') && no !== '' && !others.has(id ?? '')) others.set(id ?? '', `${type}:${no}`);
  }
  const customers = partyRecognitions(rows.customerRecognitions ?? [], 'Customer');
  const vendors = partyRecognitions(rows.vendorRecognitions ?? [], 'Vendor');
  return { customers, vendors, others, all: new Map([...others, ...customers, ...vendors]) };
}

/** The first row of an id counts. */
function partyRecognitions(rows: readonly Row[], type: string): Map<string, string> {
  const filled = rows.filter((row) => idOf(row) !== '' && text(row.recognizedAccountNumber) !== '');
  return new Map(
    filled.map((row) => [idOf(row), `${type}:${text(row.recognizedAccountNumber)}`] as const).toReversed(),
  );
}

export function documentsOf(rows: Rows, type: 'Customer' | 'Vendor'): Candidate[] {
  const party = type.toLowerCase();
  const names = new Map((rows[`${party}s`] ?? []).map((row) => [text(row.number), text(row.name)]));
  return (rows[`${party}LedgerEntries`] ?? []).flatMap((row): Candidate[] => {
    const [documentType, no] = [documentTypeOf(text(row.documentType)), text(row[`${party}Number`])];
    const name = no === '' ? undefined : names.get(no);
    if (documentType === undefined || name === undefined) return [];
    if (type === 'Customer' && text(row.documentNumber) === '') return [];
    if (type === 'Vendor' && !isDate(row.dueDate)) return [];
    return [
      {
        type,
        no,
        name,
        ibans: (rows[`${party}BankAccounts`] ?? [])
          .filter((account) => text(account[`${party}Number`]) === no)
          .flatMap((account) => fold(firstText(account, 'iban', 'bankAccountNumber')).split(':')),
        documentNo: text(row.documentNumber),
        externalNo: text(row.externalDocumentNumber),
        documentType,
        documentDate: moment(row.documentDate),
        dueDate: moment(row.dueDate),
        amount: amount(row.remainingAmount),
        currency: currency(row.currencyCode),
        isOpen: text(row.isOpen) === 'True',
        endToEndId: type === 'Customer' ? endToEndId(row.endToEndId) : '',
      },
    ];
  });
}

/** Undefined for a payment, a reminder and other documents that no line pays. */
function documentTypeOf(type: string): string | undefined {
  if (INVOICES.includes(type)) return 'Invoice';
  return CREDIT_MEMOS.includes(type) ? 'Credit Memo' : undefined;
}

function isDate(value: unknown): boolean {
  try {
    moment(value);
    return true;
  } catch {
    return false;
  }
}

const account = (type: string, row: Row): Candidate => ({
  type,
  no: text(row.number),
  name: firstText(row, 'searchName', 'name'),
  ibans: [],
  documentNo: '',
  externalNo: '',
  documentType: type,
  documentDate: undefined,
  dueDate: undefined,
  amount: 0,
  currency: 'EUR',
  isOpen: true,
  endToEndId: '',
});

export const glAccountsOf = (rows: Rows): Candidate[] =>
  (rows.glAccounts ?? []).filter((row) => text(row.number) !== '').map((row) => account('G/L Account', row));

export const bankAccountsOf = (rows: Rows): Candidate[] =>
  (rows.bankAccounts ?? []).map((row) => ({
    ...account('Bank Account', row),
    ibans: fold(text(row.iban)).split(':'),
    currency: currency(row.currencyCode),
  }));

/**
 * The rules in the order in which they are tried: those of a bank account first, then those with the longest text. A
 * file with a row that has no type is broken: none of its rules count.
 */
export function rulesOf(rows: Rows): Rule[] {
  const rules = rows.textToAccountMappings ?? [];
  if (rules.some((row) => row.balSourceType === undefined)) return [];
  return rules
    .filter((row) => TYPES.includes(row.balSourceType as string))
    .map((row) => ({
      type: text(row.balSourceType),
      text: text(row.mappingText),
      account: text(row.balSourceNumber),
      creditAccount: text(row.creditAccountNumber),
      debitAccount: text(row.debitAccountNumber),
      bankAccount: text(row.bankAccountNo),
    }))
    .toSorted((a, b) => b.bankAccount.length - a.bankAccount.length || b.text.length - a.text.length);
}
