import { closeness } from './days.js';
import { type Documents } from './documents.js';
import { type Line } from './line.js';
import { type Weights } from './weights.js';

/** What all lines of one time, currency and direction have in common with the documents. */
export interface Profile {
  /** The weighted sum of due_date, entry_date, curr_match and payment_match of each document. */
  base: Float64Array;
  /** The highest of these of each account; 0 without documents. */
  best: Float64Array;
}

/** Profiles that are kept, at 8 bytes for each document and account. Most statements have few days and currencies. */
const MAX_PROFILES = 256;

/** Computes profiles, each once. */
export class DocumentProfiles {
  readonly none: Profile;
  readonly #profiles = new Map<string, Profile>();

  readonly #documents: Documents;
  readonly #weights: Weights;

  constructor(documents: Documents, weights: Weights) {
    this.#documents = documents;
    this.#weights = weights;

    this.none = { base: new Float64Array(documents.rows.length), best: new Float64Array(documents.starts.length - 1) };
  }

  of(line: Line): Profile {
    const currency = this.#documents.currencies.get(line.currencyKey) ?? -1;
    const key = `${line.time} ${currency} ${line.incoming}`;
    const known = this.#profiles.get(key);
    if (known) return known;
    if (this.#profiles.size === MAX_PROFILES) this.#profiles.clear();
    const profile = this.#compute(line, currency);
    this.#profiles.set(key, profile);
    return profile;
  }

  #compute({ time, incoming }: Line, lineCurrency: number): Profile {
    const { due, entered, currency, incoming: directions, accounts } = this.#documents;
    const { due_date, entry_date, curr_match, payment_match } = this.#weights;
    const base = new Float64Array(this.none.base.length);
    const best = new Float64Array(this.none.best.length);
    for (let i = 0; i < base.length; i++) {
      const value =
        due_date * closeness(time, due[i] ?? 0) +
        entry_date * closeness(entered[i] ?? 0, time) +
        (currency[i] === lineCurrency ? curr_match : 0) +
        ((directions[i] === 1) === incoming ? payment_match : 0);
      base[i] = value;
      const account = accounts[i] ?? 0;
      if (value > (best[account] ?? 0)) best[account] = value;
    }
    return { base, best };
  }
}
