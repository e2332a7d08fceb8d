import { type Dice } from './dice.js';

/** Bank codes by country, as in IBANs; the rest of the account is drawn. Lengths are those of the IBAN registry. */
const BANKS = {
  LT: ['70440', '73000', '40100', '72900', '71800', '32500', '35000'],
  LV: ['UNLA', 'HABA', 'RIKO', 'PARX', 'NDEA'],
  EE: ['2200', '1010', '9600', '7700'],
  GB: ['BARC', 'LOYD', 'HBUK', 'MIDL', 'NWBK', 'REVO'],
} as const;
export type Country = keyof typeof BANKS;
const ACCOUNT_DIGITS: Record<Country, number> = { LT: 11, LV: 13, EE: 12, GB: 14 };

/** An account of the country with right check digits (ISO 13616): LT 20, LV 21, EE 20, GB 22 characters. */
export function drawIban(dice: Dice, country: Country): string {
  const account = dice.pick<string>(BANKS[country]) + dice.digits(ACCOUNT_DIGITS[country]);
  const check = 98 - mod97(`${account}${country}00`);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}

/** Whether the check digits are right: the account, turned round and letters as numbers, leaves 1 (ISO 7064). */
export const isIban = (iban: string) => mod97(iban.slice(4) + iban.slice(0, 4)) === 1;

function mod97(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
