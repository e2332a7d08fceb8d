import { type RandomSource } from './random-source.js';

/** Bank codes of IBANs by country. The rest is random digits, with the lengths of the IBAN registry. */
const BANKS = {
  LT: ['70440', '73000', '40100', '72900', '71800', '32500', '35000'],
  LV: ['UNLA', 'HABA', 'RIKO', 'PARX', 'NDEA'],
  EE: ['2200', '1010', '9600', '7700'],
  GB: ['BARC', 'LOYD', 'HBUK', 'MIDL', 'NWBK', 'REVO'],
} as const;
export type Country = keyof typeof BANKS;
const ACCOUNT_DIGITS: Record<Country, number> = { LT: 11, LV: 13, EE: 12, GB: 14 };

/** A random IBAN with correct check digits (ISO 13616): LT 20, LV 21, EE 20, GB 22 characters. */
export function drawIban(random: RandomSource, country: Country): string {
  const account = random.pick<string>(BANKS[country]) + random.digits(ACCOUNT_DIGITS[country]);
  const check = 98 - mod97(`${account}${country}00`);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}

/** Whether the check digits are correct: rearranged and with letters as numbers, mod 97 is 1 (ISO 7064). */
export const isIban = (iban: string) => mod97(iban.slice(4) + iban.slice(0, 4)) === 1;

function mod97(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
