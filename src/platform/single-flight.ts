/**
 * Shares one load among callers that ask for the same key at the same time. A caller never gets a load that began
 * before it asked, so it reads what it wrote before. While one load runs, all new callers share the next one.
 */
export function createSingleFlight<T>(load: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const loads = new Map<string, { current: Promise<unknown>; next?: Promise<T> }>();

  const begin = (key: string): Promise<T> => {
    const current = load(key);
    const entry = { current };
    loads.set(key, entry);
    const remove = () => {
      if (loads.get(key) === entry) loads.delete(key);
    };
    current.then(remove, remove);
    return current;
  };

  return (key) => {
    const entry = loads.get(key);
    if (!entry) return begin(key);
    const loadAgain = () => begin(key);
    return (entry.next ??= entry.current.then(loadAgain, loadAgain));
  };
}
