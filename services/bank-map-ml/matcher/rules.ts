import { type AccountType, type Ledger, type TextToAccountMapping } from '../ledger.js';
import { type Line } from './line.js';
import { fold, normalIban, wordsOf } from './text.js';

/** The account of a rule, which is not necessarily a candidate. */
interface RuleAccount {
  type: AccountType;
  no: string;
}

/** The rule that applies to a line. */
export interface RuleAnswer extends RuleAccount {
  /** The text of the rule, as written. */
  text: string;
}

interface Rule {
  row: TextToAccountMapping;
  spread: string;
  bankAccount: string;
  /** The IBAN of the bank account, if known. */
  iban: string;
}

/** Account types by folded `balSourceType`; any other value is a G/L account. */
const TYPES = new Map<string, AccountType>([
  ['customer', 'Customer'],
  ['vendor', 'Vendor'],
  ['bank account', 'Bank Account'],
]);

/** Text-to-account rules, in order of precedence. */
export class Rules {
  readonly #rules: readonly Rule[];

  constructor({ textToAccountMappings, bankAccounts }: Ledger) {
    const ibans = new Map(bankAccounts.toReversed().map(({ number, iban }) => [number, normalIban(iban)]));
    this.#rules = textToAccountMappings
      .map((row): Rule => {
        const bankAccount = row.bankAccountNo.trim();
        return { row, spread: spread(fold(row.mappingText)), bankAccount, iban: ibans.get(bankAccount) ?? '' };
      })
      .filter(({ spread }) => spread.trim() !== '')
      .sort((a, b) => Number(b.bankAccount !== '') - Number(a.bankAccount !== '') || lengthOf(b) - lengthOf(a));
  }

  /** The account of the first rule that applies. */
  accountFor(line: Line): RuleAnswer | undefined {
    const texts = [spread(line.text), spread(line.folded)];
    for (const rule of this.#rules) {
      if (!texts.some((text) => text.includes(rule.spread)) || !isOf(rule, line.row.bankAccountNumber)) continue;
      const account = accountOf(rule.row, line.incoming);
      if (account.no !== '') return { ...account, text: rule.row.mappingText };
    }
    return undefined;
  }
}

const spread = (folded: string): string => ` ${wordsOf(folded).join(' ')} `;

const lengthOf = ({ row }: Rule): number => fold(row.mappingText).length;

function isOf({ bankAccount, iban }: Rule, lineAccount: string): boolean {
  if (bankAccount === '' || lineAccount.trim() === bankAccount) return true;
  return iban !== '' && normalIban(lineAccount) === iban;
}

function accountOf(row: TextToAccountMapping, incoming: boolean): RuleAccount {
  const type = TYPES.get(fold(row.balSourceType));
  const balancing = row.balSourceNumber.trim();
  if (type) return { type, no: balancing };
  // From the bank's view: Business Central's codeunit 1255 uses the debit account for amounts from 0 on.
  const no = (incoming ? row.debitAccountNumber : row.creditAccountNumber).trim();
  return { type: 'G/L Account', no: no || balancing };
}
