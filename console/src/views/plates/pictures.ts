import { type Monitor, type Problem, type RecognizeBatchResult, type RecognizeResult } from '@longhaul/client';
import { useQuery } from '@tanstack/react-query';
import { useHistoryState } from 'wouter/use-browser-location';
import { api } from '../../api/connection.js';
import { isFinal, POLL_MS, useLiveOperation } from '../../api/queries.js';
import { useResult } from '../../api/result.js';
import { droppedOf, failures, idOf, type Set } from './dropped.js';

/** What a reading has, of an image id or of a picture. */
type Plate = Omit<RecognizeResult, 'imageId'>;

/** A picture of the view, and what is known of its plate. */
export interface Picture {
  key: string;
  title: string;
  /** Where its bytes are: at the image provider, or in this page. */
  source: { imageId: number } | { file: File | undefined };
  plate?: Plate | undefined;
  error?: Problem | Error | undefined;
}

/** The pictures of an operation: one image or a batch. */
export function useOperationPictures(id: string | undefined) {
  const live = useLiveOperation<RecognizeResult | RecognizeBatchResult>(id);
  const { result, error, refetch } = useResult(live.monitor);
  const asked = (useHistoryState<{ imageIds?: number[] } | null>()?.imageIds ?? []).map((imageId) =>
    pictureOf({ imageId }),
  );
  const { monitor } = live;
  const pictures = result ? resultsOf(result) : failedOf(asked, monitor);
  return { monitor, error: live.error ?? error, retry: error ? refetch : undefined, pictures };
}

/** The pictures that were dropped together: an operation for each. */
export function useDroppedPictures(set: Set | undefined) {
  failures.use();
  const { data, error, refetch } = useQuery({
    queryKey: ['dropped', set?.prefix, set?.count],
    enabled: set !== undefined,
    queryFn: ({ signal }) => api().operations.getMany(set ? idsOf(set) : [], { signal }),
    refetchInterval: ({ state }) => (state.data?.every((each) => isShown(each) && isFinal(each)) ? false : POLL_MS),
  });
  if (!set) return { pictures: [], error: undefined, retry: undefined };
  const files = droppedOf(set.prefix);
  const pictures = idsOf(set).map((key, index): Picture => {
    const [monitor, file] = [data?.[index], files?.[index]];
    const source = { source: { file }, title: file?.name ?? `Picture ${index + 1}`, key };
    const unknown = files === undefined && monitor && !isShown(monitor) ? monitor.error : undefined;
    if (!monitor || !isShown(monitor)) return { ...source, error: failures.get().get(key) ?? unknown };
    return { ...source, plate: monitor.result as RecognizeResult | undefined, error: errorOf(monitor) };
  });
  return { pictures, error: data ? undefined : error, retry: () => void refetch() };
}

const idsOf = (set: Set) => Array.from({ length: set.count }, (_, index) => idOf(set, index));

const isShown = (each: object): each is Monitor => 'status' in each;

function errorOf({ status, error, id }: Monitor): Problem | undefined {
  if (status === 'Canceled') return { code: 'OperationCanceled', message: `Operation ${id} was canceled.` };
  return status === 'Failed' ? error : undefined;
}

function resultsOf(result: RecognizeResult | RecognizeBatchResult): Picture[] {
  const results = 'results' in result ? result.results : [result];
  return results.map((each) => pictureOf(each as { imageId: number }));
}

type Read = Partial<Plate> & { imageId: number; error?: Problem };

function pictureOf({ imageId, error, ...plate }: Read): Picture {
  const read = plate.plateNumber === undefined ? undefined : (plate as Plate);
  return { key: String(imageId), title: `Image ${imageId}`, source: { imageId }, error, plate: read };
}

/** An operation that ends without a result has failed for all of its images. */
function failedOf(asked: Picture[], monitor: Monitor | undefined): Picture[] {
  const error = monitor && errorOf(monitor);
  return error ? asked.map((picture) => ({ ...picture, error })) : asked;
}
