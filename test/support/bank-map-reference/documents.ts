import { type AccountType, type StatementLine } from '../../../services/bank-map-ml/ledger.js';
import { openAmount, type Scored } from './candidates.js';
import { cents, day } from './terms.js';

/** The documents that a line pays: number, sum and reason. */
export function documents(
  line: StatementLine,
  main: { no: string; type: AccountType },
  scored: Scored[], // in the order of candidates
): [string, number, string][] {
  if (main.type !== 'Customer' && main.type !== 'Vendor') return [];
  const days = (s: Scored) => {
    const [from, to] = [day(line.operationDate), day(s.candidate.entry?.dueDate ?? '')];
    return from === undefined || to === undefined ? 1e9 : Math.abs(from - to);
  };
  const feature = (s: Scored, name: string) => s.details[name] ?? 0;
  const open = (s: Scored) => (s.candidate.entry ? cents(openAmount(s.candidate.entry)) : 0);
  let free = scored
    .filter((s) => s.candidate.no === main.no && s.candidate.type === main.type && s.candidate.entry)
    .filter((s) => feature(s, 'payment_match') === 1 && open(s) > 0)
    .sort((a, b) => days(a) - days(b));
  const foreign = free.filter((s) => feature(s, 'curr_match') === 0 && feature(s, 'ext_doc') === 1);
  free = free.filter((s) => feature(s, 'curr_match') === 1);
  let left = cents(Math.abs(line.statementAmount));
  const found: [string, number, string][] = [];
  const take = (reason: string, from: Scored[], fitting: boolean) => {
    for (const s of from) {
      if (left === 0 || (fitting && open(s) !== left)) continue;
      const sum = foreign.includes(s) ? left : Math.min(left, open(s));
      found.push([s.candidate.entry?.documentNumber ?? '', sum / 100, reason]);
      left -= sum;
      free = free.filter((other) => other !== s);
    }
  };
  const numbered = () => free.filter((s) => feature(s, 'ext_doc') === 1);
  const similar = () =>
    free
      .filter((s) => feature(s, 'ext_doc_sim') >= 0.8)
      .sort((a, b) => feature(b, 'ext_doc_sim') - feature(a, 'ext_doc_sim'));
  const fitting = free.filter((s) => open(s) === left);
  if (fitting.length === 1) take('only document with this amount', fitting, true);
  take('number and amount', numbered(), true);
  take('number', numbered(), false);
  take('number', foreign, false);
  take('similar number and amount', similar(), true);
  take('similar number', similar(), false);
  take('nearest due date', free, false);
  return found;
}
