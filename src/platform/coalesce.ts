/**
 * Shares one load among callers who ask for the same thing at the same time. A caller never gets a load that began
 * before it asked: what it wrote before, it reads. While one load runs, all who come wait together for the next, made
 * with the means (`by`) of the first of them.
 */
export function createCoalescer<By, T>(load: (key: string, by: By) => Promise<T>): (key: string, by: By) => Promise<T> {
  const loads = new Map<string, { current: Promise<unknown>; next?: Promise<T> }>();

  const begin = (key: string, by: By): Promise<T> => {
    const current = load(key, by);
    const entry = { current };
    loads.set(key, entry);
    const settle = () => {
      if (loads.get(key) === entry) loads.delete(key);
    };
    current.then(settle, settle);
    return current;
  };

  return (key, by) => {
    const entry = loads.get(key);
    if (!entry) return begin(key, by);
    const loadAgain = () => begin(key, by);
    return (entry.next ??= entry.current.then(loadAgain, loadAgain));
  };
}
