import { CircleCheck, CircleHelp } from 'lucide-react';
import { MOST, type Main } from './features.js';
import './score.css';

const digits = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
/** A similarity or a part of it. */
export const points = (value: number): string => digits.format(value);

/** A similarity as bar and number. Long lists have it in every row, so that its elements are plain. */
export function Score({ similarity }: { similarity: number }) {
  return (
    <span className="score">
      <span className="bar" aria-hidden>
        <span style={{ width: `${(similarity / MOST) * 100}%` }} />
      </span>
      {points(similarity)}
    </span>
  );
}

/** Whether the account is recommended, in words and by an icon. Plain elements, as `Score`. */
export function Recommended({ main }: { main: Main | undefined }) {
  const isRecommended = main?.recommended ?? false;
  const Icon = isRecommended ? CircleCheck : CircleHelp;
  return (
    <span className="recommended" data-yes={isRecommended || undefined}>
      <Icon size={14} aria-hidden />
      {isRecommended ? 'Recommended' : main ? 'To be checked' : 'None'}
    </span>
  );
}
