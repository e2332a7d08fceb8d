import { CircleAlert, LoaderCircle, Maximize2 } from 'lucide-react';
import { memo } from 'react';
import { share } from '../../ui/format.js';
import { barOf } from '../../ui/progress-bar.js';
import { PlatePicture } from './plate-picture.js';
import { type Picture } from './pictures.js';

/** Height of a card, px. */
export const CARD_HEIGHT = 348;
const IN_CARD = 3;

interface CardProps {
  picture: Picture;
  /** It is to stay the same: a card is rendered again when it changes. */
  onOpen: (picture: Picture) => void;
}

/** One picture: the plate on it, its reading, and what else it may be. Many are scrolled: plain elements only. */
export const PlateCard = memo(function PlateCard({ picture, onOpen }: CardProps) {
  const { title } = picture;
  return (
    <article className="plate-card" style={{ height: CARD_HEIGHT }} aria-label={title}>
      <PlatePicture picture={picture} height={188} />
      <div className="plate-text">
        <div className="plate-line">
          <span className="plate-title" title={title}>
            {title}
          </span>
          <button
            type="button"
            className="plate-open"
            title="Show it large"
            aria-label={`Show ${title} large`}
            onClick={() => onOpen(picture)}
          >
            <Maximize2 size={12} aria-hidden />
          </button>
        </div>
        <Reading picture={picture} shown={IN_CARD} />
      </div>
    </article>
  );
});

/** The reading with its confidence and candidates, the reason of a failure, or that it is under way. */
export function Reading({ picture: { plate, error }, shown }: { picture: Picture; shown: number }) {
  if (error) {
    return (
      <>
        <div className="plate-failure">
          <CircleAlert size={14} aria-hidden />
          <strong>Not read</strong>
          <code>{'code' in error ? error.code : error.name}</code>
        </div>
        <div className="plate-reason">{error.message}</div>
      </>
    );
  }
  if (!plate) {
    return (
      <div className="plate-waits">
        <LoaderCircle size={14} aria-hidden />
        Reading…
      </div>
    );
  }
  const { plateNumber, confidence, candidates = [] } = plate;
  return (
    <>
      <div className="plate-line">
        <span className="plate-number" title={plateNumber}>
          {plateNumber}
        </span>
        {confidence !== undefined && <span className="plate-sure">{share(confidence)} sure</span>}
      </div>
      {candidates.length > 0 && (
        <ul className="plate-candidates" aria-label="Candidates">
          {candidates.slice(0, shown).map((candidate) => (
            <li key={candidate.plateNumber} className="plate-candidate">
              <span className="mono">{candidate.plateNumber}</span>
              <span className="bar" aria-hidden style={barOf(candidate.confidence ?? 0)} />
              <span>{candidate.confidence === undefined ? '–' : share(candidate.confidence)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
