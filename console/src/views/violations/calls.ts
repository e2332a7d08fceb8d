import { type LoadedViolations, type NewViolation, type RequestOptions, type Violation } from '@longhaul/client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api/connection.js';
import { queries } from '../../api/queries.js';

const PAGE = 1_000;
/** Azure ends a request after 230 s. */
const LOAD_MS = 230_000;

/** The whole base list: it has some hundred rows, and is searched as a whole. */
export const violations = queryOptions({
  queryKey: ['violations'],
  async queryFn({ signal }) {
    const all: Violation[] = [];
    for (let isWhole = false; !isWhole;) {
      const page: Violation[] = await api().request('GET', `/violations/?limit=${PAGE}&offset=${all.length}`, {
        signal,
      });
      all.push(...page);
      isWhole = page.length < PAGE;
    }
    return all;
  },
  refetchInterval: 10_000,
});

/** A call that changes the list, with the token of browser forms (docs/contracts/files.md). */
async function change<T>(method: string, path: string, call: RequestOptions = {}): Promise<T> {
  const { csrfToken } = await api().request<{ csrfToken: string }>('GET', '/csrftoken/');
  const headers = { ...call.headers, 'X-CSRFToken': csrfToken };
  const answer = await api().request<T>(method, path, { ...call, headers });
  await queries.invalidateQueries({ queryKey: ['violations'] });
  return answer;
}

export const add = (json: NewViolation) => change<Violation>('POST', '/violations/', { json });
export const replace = (id: number, json: NewViolation) => change<Violation>('PUT', `/violations/${id}/`, { json });
export const remove = (id: number) => change('DELETE', `/violations/${id}/`);

/** Makes the base list that of a spreadsheet. @param isTry says what it would change, and changes nothing */
export const load = (sheet: Blob, isTry: boolean) =>
  change<LoadedViolations>('POST', `/violations:load?dryRun=${isTry}`, {
    body: sheet,
    headers: { 'Content-Type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
    isRepeatable: true, // the same sheet makes the same list
    timeoutMs: LOAD_MS,
  });
