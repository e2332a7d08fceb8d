import { useCallback } from 'react';
import { useLocation, useSearchParams } from 'wouter';

/** Parameters of the page's URL: filters and selections, so that back, forward and links work. */
export function useUrlState(): [URLSearchParams, (changes: Record<string, string | undefined>) => void] {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (changes: Record<string, string | undefined>) =>
      setParams((before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === undefined || value === '') after.delete(name);
          else after.set(name, value);
        }
        return after;
      }),
    [setParams],
  );
  return [params, change];
}

/** Goes to a page of the console. */
export const useGoTo = () => useLocation()[1];
