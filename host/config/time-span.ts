/** .NET's `[d.]hh:mm:ss[.fffffff]`; hours up to 23, minutes and seconds up to 59. */
const TIME_SPAN = /^(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;
const DAY_MS = 86_400_000;

/**
 * Parses a .NET TimeSpan; a bare number is a number of days.
 *
 * @returns ms, or undefined for any other text
 */
export function parseTimeSpan(text: string): number | undefined {
  if (/^\d{1,8}$/.test(text)) return Number(text) * DAY_MS;
  const match = TIME_SPAN.exec(text);
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1, 5).map((part) => Number(part || 0)) as [
    number,
    number,
    number,
    number,
  ];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const fraction = Number(`0.${match[5] ?? 0}`);
  return days * DAY_MS + hours * 3_600_000 + minutes * 60_000 + (seconds + fraction) * 1_000;
}
