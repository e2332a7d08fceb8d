import { type AccountType, type Ledger, type StatementLine } from '../../../services/bank-map-ml/ledger.js';
import { type Candidate } from './candidates.js';
import { fold, iban, incoming, masked, once, partyIban, partyName } from './terms.js';

export interface Past {
  who: string;
  iban: string;
  text: string;
  accounts: string[];
}

const named = (type: AccountType, no: string): string => JSON.stringify([type, no]);

/** The past entries with the accounts to which they were mapped. */
export function allHistory(ledger: Ledger): Past[] {
  return once(ledger.bankStatementEntries).map((entry) => {
    const id = entry.externalDocumentNumber.trim();
    const of = (rows: Ledger['customerRecognitions'], type: AccountType) =>
      rows.filter((r) => r.externalDocumentNumber.trim() === id).map((r) => named(type, r.recognizedAccountNumber));
    const accounts = [
      ...of(ledger.customerRecognitions, 'Customer'),
      ...of(ledger.vendorRecognitions, 'Vendor'),
      ...ledger.bankAccountRecognitions
        .filter((r) => r.statementExternalDocumentNumber.trim() === id)
        .map((r) => named(r.balAccountType, r.balAccountNumber)),
    ];
    return {
      who: fold(entry.description),
      iban: iban(incoming(entry.transactionType, entry.amount) ? entry.debtorIban : entry.creditorIban),
      text: masked(entry.messageToRecipient),
      accounts: id === '' ? [] : accounts,
    };
  });
}

/** The history features of a candidate. */
export function ofHistory(line: StatementLine, candidate: Candidate, history: Past[]) {
  const [who, payer, text] = [fold(partyName(line)), partyIban(line), masked(line.transactionText)];
  const share = (isSame: (past: Past) => boolean) => {
    const same = history.filter((past) => past.accounts.length > 0 && isSame(past));
    const here = same.filter((past) => past.accounts.includes(named(candidate.type, candidate.no)));
    return same.length ? here.length / same.length : 0;
  };
  const [byWho, byIban] = [(p: Past) => who !== '' && p.who === who, (p: Past) => payer !== '' && p.iban === payer];
  return {
    who_prob: share(byWho),
    iban_prob: share(byIban),
    iban_msgc_prob: share((p) => byIban(p) && p.text === text),
    who_msgc_prob: share((p) => byWho(p) && p.text === text),
  };
}
