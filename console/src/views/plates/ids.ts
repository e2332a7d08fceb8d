/** The most ids of one batch (docs/contracts/plates.md). */
const MAX_IDS = 1_000;

/** The image ids of a text, each once, with whatever stands between them. */
export function idsOf(text: string): { ids: number[]; problem?: string } {
  const ids = [...new Set((text.match(/\d+/g) ?? []).map(Number))];
  const wrong = ids.find((id) => !Number.isSafeInteger(id));
  if (wrong !== undefined) return { ids, problem: `An id is at most ${Number.MAX_SAFE_INTEGER}.` };
  if (ids.length > MAX_IDS) return { ids, problem: `These are ${ids.length} ids; one batch takes ${MAX_IDS}.` };
  return { ids };
}
