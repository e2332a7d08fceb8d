/** A plate number that a text may contain, and the log probability of the edit. */
interface Variant {
  readonly text: string;
  readonly logPenalty: number;
}

/** Country codes on the blue strip at the left edge (distinguishing signs of the Vienna Convention, in Europe). */
const COUNTRY_CODES = new Set(
  'A B BG BIH BY CH CY CZ D DK E EST F FIN FL GB GE GR H HR I IRL IS KZ L LT LV M MC MD MK MNE N NL P PL RKS RO RUS S SK SLO SRB TR UA UK V'.split(
    ' ',
  ),
);

/** The country code was read as part of the number. */
const CODE_PENALTY = Math.log(0.05);

/** The stars or the frame were read as the first character; a screw or the frame as the last one. */
const START_PENALTY = Math.log(0.03);
const END_PENALTY = Math.log(0.01);

/** A seal, an emblem or a bolt was read as a character in the middle. */
const INSIDE_PENALTY = Math.log(0.003);

/** The text itself, and the text without characters that may not belong to the plate number. */
export function plateVariants(text: string): Variant[] {
  const variants: Variant[] = [{ text, logPenalty: 0 }];
  for (let length = 1; length <= 3; length++) {
    const code = text.slice(0, length);
    if (COUNTRY_CODES.has(code)) variants.push({ text: text.slice(length), logPenalty: CODE_PENALTY });
  }
  variants.push(
    { text: text.slice(1), logPenalty: START_PENALTY },
    { text: text.slice(0, -1), logPenalty: END_PENALTY },
  );
  for (let at = 1; at < text.length - 1; at++) {
    variants.push({ text: text.slice(0, at) + text.slice(at + 1), logPenalty: INSIDE_PENALTY });
  }
  return variants;
}
