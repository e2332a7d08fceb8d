/** What a heading says about its scene. */
export interface Heading {
  /** The line without surrounding white space, at most 300 characters. */
  readonly heading: string;
  /** The number in the script, such as `12А`; null without one. */
  readonly label: string | null;
  readonly setting: Setting | null;
  readonly location: string | null;
  /** As the script writes it, such as `НОЧЬ`. */
  readonly timeOfDay: string | null;
}

/** Inside, outside, or both. */
type Setting = 'INT' | 'EXT' | 'INT/EXT';

const MAX_LINE = 300;

const INSIDE = String.raw`(?:ИНТЕРЬЕР|ИНТ|INTERIOR|INT)`;
const OUTSIDE = String.raw`(?:НАТУРА|НАТ|ЭКСТЕРЬЕР|ЭКСТ|EXTERIOR|EXT)`;
const BOTH = String.raw`(?:${INSIDE}\.?\s*[/\\-]\s*${OUTSIDE}|${OUTSIDE}\.?\s*[/\\-]\s*${INSIDE}|ИНТ/НАТ|I\s*/\s*E|E\s*/\s*I)`;
const SETTING = String.raw`(?<setting>${BOTH}|${INSIDE}|${OUTSIDE})`;
/** A number such as `12`, `12А`, `1-12` or `3.14` before the setting. */
const NUMBER = String.raw`(?<label>\d{1,4}\p{L}?(?:[-.]\d{1,4}\p{L}?)?)`;
const SCENE = String.raw`(?:СЦЕНА|СЦ\.?|ЭПИЗОД|SCENE|SC\.?)\s*(?:№|#|NO\.?)?\s*`;

/** `ИНТ. КВАРТИРА - ДЕНЬ`, `12. INT. KITCHEN - NIGHT`, `СЦЕНА 5. НАТ. ДВОР`. */
const BY_SETTING = new RegExp(
  String.raw`^(?:(?:${SCENE})?${NUMBER}[.):]?\s*[-–—]?\s*)?${SETTING}(?:\.|(?=\s*[-–—:/(]|\s+\p{Lu}|\s*$))\s*(?<rest>.*)$`,
  'u',
);
/** The same in title case, where only a period makes the first word a setting: `Инт. Квартира. День`. */
const BY_SETTING_IN_TITLE_CASE = new RegExp(
  String.raw`^(?:${NUMBER}[.)]?\s+)?(?<setting>Инт\.?/\s?[Нн]ат|Нат\.?/\s?[Ии]нт|Инт|Нат|Экст|Int\.?/\s?[Ee]xt|Int|Ext)\.\s*(?<rest>\S.*)$`,
  'u',
);
/** `СЦЕНА 5`, `Scene 12: the yard`. */
const BY_NUMBER = new RegExp(
  String.raw`^(?:СЦЕНА|Сцена|ЭПИЗОД|Эпизод|SCENE|Scene)\s*(?:№|#)?\s*${NUMBER}(?:\s*[.:)–—-]\s*(?<rest>.*)|\s*)$`,
  'u',
);
/** `5. КВАРТИРА ИВАНОВЫХ. ИНТ. ДЕНЬ`: the setting after the location, in a line of capitals. */
const SETTING_INSIDE = new RegExp(
  String.raw`^(?:${NUMBER}[.)]?\s+)?(?<location>[^\p{Ll}]{2,120}?)[\s.,–—-]+${SETTING}(?:[\s.,–—-]+(?<rest>[^\p{Ll}]*))?$`,
  'u',
);

const TIME =
  /^(?:РАНН[ЕИ][ЕЙ]\s+|ПОЗДН[ЕИ][ЕЙ]\s+|LATE\s+|EARLY\s+|THE NEXT\s+)?(?:ДЕНЬ|ДНЕМ|НОЧЬ|НОЧЬЮ|УТРО|УТРОМ|ВЕЧЕР|ВЕЧЕРОМ|РАССВЕТ|ЗАКАТ|СУМЕРКИ|ПОЛДЕНЬ|ПОЛНОЧЬ|РЕЖИМ|ПОЗЖЕ|ПРОДОЛЖЕНИЕ|ТО ЖЕ ВРЕМЯ|DAY|NIGHT|MORNING|EVENING|AFTERNOON|DAWN|DUSK|SUNSET|SUNRISE|NOON|MIDNIGHT|LATER|MOMENTS LATER|CONTINUOUS|SAME(?: TIME)?)(?!\p{L})/u;

/** The heading in a line of a script; undefined for any other line. */
export function headingOf(line: string): Heading | undefined {
  const heading = line.trim();
  if (heading.length === 0 || heading.length > MAX_LINE) return undefined;
  const groups = (
    BY_SETTING.exec(heading) ??
    BY_SETTING_IN_TITLE_CASE.exec(heading) ??
    BY_NUMBER.exec(heading) ??
    SETTING_INSIDE.exec(heading)
  )?.groups;
  if (!groups) return undefined;
  const { label = null, setting, location, rest = '' } = groups;
  const parts = rest.split(/\s*[–—]\s*|\s+-\s*|\s*-\s+|[.,;]\s+|[.,;]$/u).map((part) => part.trim());
  const time = parts.findLastIndex((part) => TIME.test(part.toUpperCase().replaceAll('Ё', 'Е')));
  const places = time === -1 ? parts : parts.slice(0, time);
  return {
    heading,
    label,
    setting: setting === undefined ? null : settingOf(setting),
    location: location?.trim() ?? (places.filter((place) => place !== '').join(' - ') || null),
    timeOfDay: parts[time] ?? null,
  };
}

function settingOf(text: string): Setting {
  const upper = text.toUpperCase();
  const isInside = /^(?:I|И)|[/\\-]\s*(?:I|И)/u.test(upper);
  const isOutside = /^(?:E|Н|Э)|[/\\-]\s*(?:E|Н|Э)/u.test(upper);
  if (isInside && isOutside) return 'INT/EXT';
  return isInside ? 'INT' : 'EXT';
}
