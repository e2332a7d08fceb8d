import { formatTable } from '../../dev/table.js';
import { type Scored } from './score.js';

/** A table of the errors by kind of line, with the predicted types, the most frequent first. */
export function describeErrors(lines: readonly Scored[]): string {
  const kinds = Map.groupBy(lines, ({ kind }) => kind);
  const rows = [...kinds].map(([kind, own]) => {
    const wrong = own.filter(({ isRight }) => !isRight);
    const documents = own.filter((line) => line.documents && !line.documents.isExact).length;
    const recommended = wrong.filter(({ main }) => main.recommended).length;
    return [kind, own.length, wrong.length, recommended, predictedTypes(wrong), documents];
  });
  const sorted = rows.toSorted((a, b) => Number(b[2]) - Number(a[2]));
  return formatTable(['kind of line', 'lines', 'wrong', 'recommended', 'predicted', 'documents differ'], sorted);
}

function predictedTypes(wrong: readonly Scored[]): string {
  const types = Map.groupBy(wrong, ({ main }) => (main.type === 'Similarity' ? main.item.type : main.type));
  const parts = [...types].map(([type, lines]) => ({ type, count: lines.length }));
  return parts
    .toSorted((a, b) => b.count - a.count)
    .map(({ type, count }) => `${type} ${count}`)
    .join(', ');
}
