/** The path of the next page. Behind a proxy, the app may not know its own host. */
export function pathOf(nextLink: string | undefined): string | undefined {
  if (nextLink === undefined) return undefined;
  const { pathname, search } = new URL(nextLink);
  return pathname + search;
}
