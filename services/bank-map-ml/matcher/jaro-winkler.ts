const PREFIX = 4;
const PREFIX_SCALE = 0.1;

let taken = new Uint8Array(256);
let matched = new Uint16Array(256);

/** Jaro-Winkler similarity (0 to 1) on UTF-16 units; the prefix counts for any Jaro similarity. */
export function jaroWinkler(a: string, b: string): number {
  const jaro = jaroSimilarity(a, b);
  let prefix = 0;
  while (prefix < PREFIX && prefix < a.length && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++;
  return jaro + prefix * PREFIX_SCALE * (1 - jaro);
}

function jaroSimilarity(a: string, b: string): number {
  const matches = match(a, b);
  if (matches === 0) return 0;
  let differing = 0;
  for (let i = 0, j = 0; i < matches; i++, j++) {
    while (!taken[j]) j++;
    if (matched[i] !== b.charCodeAt(j)) differing++;
  }
  return (matches / a.length + matches / b.length + (matches - differing / 2) / matches) / 3;
}

/** Fills `taken` (positions in b) and `matched` (units of a, in order); returns the number of matches. */
function match(a: string, b: string): number {
  if (b.length > taken.length || a.length > matched.length) grow(Math.max(a.length, b.length));
  taken.fill(0, 0, b.length);
  const window = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  let matches = 0;
  for (let i = 0; i < a.length; i++) {
    const unit = a.charCodeAt(i);
    const end = Math.min(b.length - 1, i + window);
    for (let j = Math.max(0, i - window); j <= end; j++) {
      if (taken[j] || b.charCodeAt(j) !== unit) continue;
      taken[j] = 1;
      matched[matches++] = unit;
      break;
    }
  }
  return matches;
}

function grow(length: number): void {
  taken = new Uint8Array(2 * length);
  matched = new Uint16Array(2 * length);
}
