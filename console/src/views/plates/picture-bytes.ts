import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { download } from '../../api/connection.js';
import { errorOf } from '../../api/save.js';
import { Store } from '../../store.js';
import { type Picture } from './pictures.js';

/** Whether the list of pictures is scrolled: those that are scrolled past are neither read nor decoded. */
export const scrolling = new Store(false);

/** A URL of the picture for as long as the component shows it. Undefined while it is loaded or there is none. */
export function usePictureUrl(source: Picture['source']) {
  const imageId = 'imageId' in source ? source.imageId : undefined;
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    const settle = () => {
      if (!scrolling.get()) setSettled(true);
    };
    settle();
    return scrolling.subscribe(settle);
  }, []);
  const { data, error, refetch } = useQuery({
    queryKey: ['plate-image', imageId],
    queryFn: ({ signal }) => imageOf(Number(imageId), signal),
    enabled: imageId !== undefined && isSettled,
    staleTime: Infinity,
    gcTime: 30_000, // the pictures around those in view
  });
  const bytes = 'file' in source ? source.file : data;
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!bytes || !isSettled) return;
    const made = URL.createObjectURL(bytes);
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl(undefined);
    };
  }, [bytes, isSettled]);
  return { url, error, retry: () => void refetch() };
}

/** The image needs the function key in a header, which an `img` element cannot send. @throws ApiError */
async function imageOf(imageId: number, signal: AbortSignal): Promise<Blob> {
  const answer = await download(`/plates/${imageId}/image`, { signal });
  if (answer.ok) return answer.blob();
  throw await errorOf(answer);
}
