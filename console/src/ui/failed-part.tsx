import { useFailedPart } from '../api/queries.js';
import { ErrorPanel } from './states.js';

/** Says that a part of what a view shows could not be read, in a corner: nothing moves when it comes and goes. */
export function FailedPart() {
  const { error, retry } = useFailedPart();
  if (!error) return null;
  return (
    <div className="failed-part">
      <ErrorPanel error={error} title="Not all of this page is up to date" onRetry={retry} />
    </div>
  );
}
