const PREFIX = 4;
const PREFIX_SCALE = 0.1;
/** The common prefix counts only above this Jaro similarity. */
const BOOST_ABOVE = 0.7;

let taken = new Uint8Array(256);
let matched = new Int32Array(256);

/** Jaro-Winkler similarity (0 to 1) of two texts as code points. It is not symmetric. */
export function jaroWinkler(a: Int32Array, b: Int32Array): number {
  const jaro = jaroSimilarity(a, b);
  if (jaro <= BOOST_ABOVE) return jaro;
  const most = Math.min(PREFIX, a.length, b.length);
  let prefix = 0;
  while (prefix < most && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * PREFIX_SCALE * (1 - jaro);
}

function jaroSimilarity(a: Int32Array, b: Int32Array): number {
  const matches = match(a, b);
  if (matches === 0) return 0;
  let differing = 0;
  for (let i = 0, j = 0; i < matches; i++, j++) {
    while (!taken[j]) j++;
    if (matched[i] !== b[j]) differing++;
  }
  return (matches / a.length + matches / b.length + (matches - Math.floor(differing / 2)) / matches) / 3;
}

/** Fills `taken` (positions in b) and `matched` (code points of a, in order); returns the number of matches. */
function match(a: Int32Array, b: Int32Array): number {
  if (b.length > taken.length || a.length > matched.length) grow(Math.max(a.length, b.length));
  taken.fill(0, 0, b.length);
  const window = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  let matches = 0;
  for (let i = 0; i < a.length; i++) {
    const point = a[i] ?? 0;
    const end = Math.min(b.length - 1, i + window);
    for (let j = Math.max(0, i - window); j <= end; j++) {
      if (taken[j] || b[j] !== point) continue;
      taken[j] = 1;
      matched[matches++] = point;
      break;
    }
  }
  return matches;
}

function grow(length: number): void {
  taken = new Uint8Array(2 * length);
  matched = new Int32Array(2 * length);
}
