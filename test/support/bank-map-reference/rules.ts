import {
  type AccountType,
  type Ledger,
  type StatementLine,
  type TextToAccountMapping,
} from '../../../services/bank-map-ml/ledger.js';
import { isIncoming, fold, iban, partyName, words } from './terms.js';

/** The account of the first rule that applies to the line. */
export function ruleFor(line: StatementLine, ledger: Ledger): { no: string; type: AccountType } | undefined {
  const spread = (text: string) => ` ${words(text).join(' ')} `;
  const rules = ledger.textToAccountMappings.filter(
    (rule) =>
      words(rule.mappingText).length > 0 &&
      [line.transactionText, partyName(line)].some((text) => spread(text).includes(spread(rule.mappingText))) &&
      ruleAccount(rule, line).no !== '' &&
      ofBankAccount(rule.bankAccountNo.trim(), line, ledger),
  );
  const withBank = (rule: TextToAccountMapping) => (rule.bankAccountNo.trim() ? 1 : 0);
  rules.sort((a, b) => withBank(b) - withBank(a) || fold(b.mappingText).length - fold(a.mappingText).length);
  return rules[0] && ruleAccount(rules[0], line);
}

/** The name of an account; '' when it does not exist. */
export function nameOf({ no, type }: { no: string; type: AccountType }, ledger: Ledger): string {
  const rows = {
    Customer: ledger.customers,
    Vendor: ledger.vendors,
    'G/L Account': ledger.glAccounts,
    'Bank Account': ledger.bankAccounts,
  }[type];
  return rows.find((row) => row.number === no)?.name ?? '';
}

function ofBankAccount(no: string, line: StatementLine, ledger: Ledger): boolean {
  if (no === '' || line.bankAccountNumber.trim() === no) return true;
  const own = ledger.bankAccounts.find((account) => account.number === no);
  return own !== undefined && iban(own.iban) !== '' && iban(own.iban) === iban(line.bankAccountNumber);
}

function ruleAccount(rule: TextToAccountMapping, line: StatementLine): { no: string; type: AccountType } {
  const parties: AccountType[] = ['Customer', 'Vendor', 'Bank Account'];
  const type = parties.find((name) => name.toLowerCase() === fold(rule.balSourceType));
  if (type) return { type, no: rule.balSourceNumber.trim() };
  const no = isIncoming(line) ? rule.debitAccountNumber : rule.creditAccountNumber;
  return { type: 'G/L Account', no: no.trim() || rule.balSourceNumber.trim() };
}
