const SIMILARITY_TOLERANCE = 1e-6;
const TOLERANCE = 1e-9;
/** What each run of a job says of itself. */
const OF_THE_RUN = ['metrics', 'app_version', 'recognition_finished'];

/**
 * The differences of a result of the bank mapping from the expected one: fields in another order, other values. Numbers
 * may differ by 1e-9, similarities by 1e-6. Further fields are allowed.
 *
 * @returns a text for each, such as `mappings[3].main.docs[0].sum: 90 → 100`
 */
export function differences(expected: unknown, actual: unknown, place = ''): string[] {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return [`${place}: ${expected.length} → ${actual.length} items`];
    return expected.flatMap((item, index) => differences(item, actual[index], `${place}[${index}]`));
  }
  if (isObject(expected) && isObject(actual)) return fieldDifferences(expected, actual, place);
  const isSame = isNumber(expected) && isNumber(actual) ? isNear(expected, actual, place) : expected === actual;
  return isSame ? [] : [`${place}: ${JSON.stringify(expected)} → ${JSON.stringify(actual)}`];
}

function fieldDifferences(expected: Fields, actual: Fields, place: string): string[] {
  const names = Object.keys(expected).filter((name) => !OF_THE_RUN.includes(name));
  const order = Object.keys(actual).filter((name) => names.includes(name));
  if (names.join() !== order.join()) return [`${place}: ${names.join()} → ${order.join()}`];
  return names.flatMap((name) => differences(expected[name], actual[name], place === '' ? name : `${place}.${name}`));
}

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number';

function isNear(expected: number, actual: number, place: string): boolean {
  const isSimilarity = /\.similarity(_percentile_\d+)?$/.test(place);
  return Math.abs(expected - actual) <= (isSimilarity ? SIMILARITY_TOLERANCE : TOLERANCE);
}
