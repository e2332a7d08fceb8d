import { ACCOUNT_TYPES, type AccountType, type Ledger, type TextToAccountMapping } from '../ledger.js';
import { type LeftOut } from './left-out.js';
import { type Line } from './line.js';
import { casefold, lengthOf, strip } from './text.js';

/** The account of a rule, which is not necessarily a candidate. */
export interface RuleAnswer {
  type: AccountType;
  no: string;
  /** The text of the rule, as written. */
  text: string;
}

interface Rule {
  row: TextToAccountMapping;
  type: AccountType;
  text: string;
  /** The text case-folded, with a space at both ends. */
  spaced: string;
  bankAccount: string;
}

/** Text-to-account rules, in order of precedence. */
export class Rules {
  /** The rules whose account type is known. */
  readonly count: number;
  readonly #rules: readonly Rule[];

  constructor({ textToAccountMappings }: Ledger, leftOut?: LeftOut) {
    const known = textToAccountMappings.flatMap((row): Rule[] => {
      const type = ACCOUNT_TYPES.find((type) => type === row.balSourceType);
      if (!type) leftOut?.add('textToAccountMappings', 'unknown balSourceType');
      const text = strip(row.mappingText);
      return type ? [{ row, type, text, spaced: spaced(text), bankAccount: strip(row.bankAccountNo) }] : [];
    });
    this.count = known.length;
    this.#rules = known
      .filter(({ text }) => text !== '')
      .sort((a, b) => lengthOf(b.bankAccount) - lengthOf(a.bankAccount) || lengthOf(b.text) - lengthOf(a.text));
  }

  /** The account of the first rule whose text is in the line's, between spaces; its number can be empty. */
  accountFor(line: Line): RuleAnswer | undefined {
    if (line.text === '') return undefined;
    const text = spaced(line.text);
    const rule = this.#rules.find(
      ({ spaced, bankAccount }) => (bankAccount === '' || bankAccount === line.bankAccount) && text.includes(spaced),
    );
    return rule && { type: rule.type, no: numberOf(rule, line), text: rule.row.mappingText };
  }
}

const spaced = (text: string): string => ` ${casefold(text)} `;

function numberOf({ row, type }: Rule, line: Line): string {
  const booked = line.incoming ? row.creditAccountNumber : row.debitAccountNumber;
  return (type === 'G/L Account' && strip(booked)) || strip(row.balSourceNumber);
}
