/**
 * A simple reference implementation of docs/bank-map-matching.md: it computes every feature of every pair of a line and a
 * candidate, without caches and shortcuts. It shares no code with the matcher with which it is compared.
 */
import { type AccountType, type Ledger, type StatementLine } from '../../services/bank-map-ml/ledger.js';
import { allCandidates, type Scored } from './bank-map-reference/candidates.js';
import { documents } from './bank-map-reference/documents.js';
import { allHistory } from './bank-map-reference/history.js';
import { nameOf, ruleFor } from './bank-map-reference/rules.js';
import { score } from './bank-map-reference/score.js';
import { day, once } from './bank-map-reference/terms.js';

export interface ReferenceAccount {
  no: string;
  type: AccountType;
  name: string;
  similarity: number;
  details: Record<string, number>;
}

export interface ReferenceMapping {
  id: string;
  main:
    | (ReferenceAccount & { by: string; recommended: boolean; docs: [no: string, sum: number, reason: string][] })
    | undefined;
  alternatives: ReferenceAccount[];
}

/** The mapping of each line, with limit 1.6 and a function from similarity to confidence. */
export function referenceMatch(
  ledger: Ledger,
  now: Date,
  tops: number,
  confidence: (type: AccountType, similarity: number) => number,
): ReferenceMapping[] {
  const candidates = allCandidates(ledger);
  const history = allHistory(ledger);
  const oldest = Math.floor(now.getTime() / 86_400_000) - 60;
  return once(ledger.bankStatementLines).map((line): ReferenceMapping => {
    const id = line.externalDocumentNumber;
    if ((day(line.operationDate) ?? Infinity) < oldest) return { id, main: undefined, alternatives: [] };
    const inOrder = candidates.map((candidate) => score(line, candidate, history));
    const scored = inOrder.toSorted((a, b) => b.similarity - a.similarity); // stable
    const best = scored[0];
    const isCertain = best && best.similarity > 2 && confidence(best.candidate.type, best.similarity) >= 0.995;
    const main = (isCertain ? undefined : byRule(line, ledger, scored)) ?? bySimilarity(best);
    if (!main) return { id, main: undefined, alternatives: [] };
    return { id, main: { ...main, docs: documents(line, main, inOrder) }, alternatives: others(scored, main, tops) };
  });
}

function byRule(line: StatementLine, ledger: Ledger, scored: Scored[]) {
  const rule = ruleFor(line, ledger);
  if (!rule) return undefined;
  const own = scored.find((s) => s.candidate.no === rule.no && s.candidate.type === rule.type);
  const { similarity, details } = own ?? { similarity: 0, details: {} };
  return { ...rule, name: nameOf(rule, ledger), similarity, details, by: 'Text to Account', recommended: true };
}

const bySimilarity = (best: Scored | undefined) =>
  best && { ...account(best), by: 'Similarity', recommended: best.similarity >= 1.6 };

const account = (s: Scored): ReferenceAccount => ({
  no: s.candidate.no,
  type: s.candidate.type,
  name: s.candidate.name,
  similarity: s.similarity,
  details: s.details,
});

function others(scored: Scored[], main: { no: string; type: AccountType }, tops: number): ReferenceAccount[] {
  const found: ReferenceAccount[] = [];
  for (const next of scored.map(account)) {
    const taken = [main, ...found].some((a) => a.no === next.no && a.type === next.type);
    if (!taken && found.length < tops - 1) found.push(next);
  }
  return found;
}
