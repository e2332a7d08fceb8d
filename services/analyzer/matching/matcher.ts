import { type CategoryName } from '../lexicons/categories.js';
import { type Intensity, type Lexicon } from '../lexicons/lexicon.js';
import { keysOf, parseTerms, type Pattern } from './terms.js';
import { wordsOf, type Word } from './words.js';

/** A term of a category in a text. */
export interface Match {
  readonly category: CategoryName;
  readonly intensity: Intensity;
  /** Offsets in the text. */
  readonly from: number;
  readonly to: number;
}

interface Term {
  readonly lexicon: Lexicon;
  /** Undefined for an exclusion: text that it covers is no match. */
  readonly intensity: Intensity | undefined;
  readonly pattern: Pattern;
}

/** A term at words `first` to `last` of a part. */
interface Hit {
  readonly term: Term;
  readonly first: number;
  readonly last: number;
}

/** Words whose keys are kept; a script has some ten thousand different ones. */
const MAX_CACHED = 100_000;

/** A word before a term that negates it. */
const NEGATION = /^(?:не|нет|ни|без|никаких|никакого|not|no|never|without|cannot|nor|\p{L}+n't)$/u;

/** Finds the terms of lexicons. */
export class Matcher {
  /** Terms by the keys of their first word. */
  readonly #byFirst = new Map<string, Term[]>();
  readonly #keys = new Set<string>();
  readonly #cache = new Map<string, readonly string[]>();

  /** @throws when a term is not valid */
  constructor(lexicons: readonly Lexicon[]) {
    for (const lexicon of lexicons) {
      const { mild = '', moderate = '', severe = '', not = '' } = lexicon.terms;
      this.#add(lexicon, 1, mild);
      this.#add(lexicon, 2, moderate);
      this.#add(lexicon, 3, severe);
      this.#add(lexicon, undefined, not);
    }
  }

  /**
   * The matches in a part of a text, and the number of its words. Matches of one category do not overlap: a longer one
   * has precedence, then one of higher intensity.
   *
   * @param offset of the part in the text
   */
  find(part: string, offset: number): { matches: Match[]; words: number } {
    const words = wordsOf(part, offset);
    const keys = words.map(({ form }) => this.#keysOf(form));
    const hits = words.flatMap((_, index) => this.#hitsAt(words, keys, index));
    const byLexicon = Map.groupBy(hits, ({ term }) => term.lexicon);
    const kept = [...byLexicon.values()].flatMap((own) => withoutOverlaps(own));
    const matches = kept.flatMap(({ term: { lexicon, intensity }, first, last }) => {
      const [start, end] = [words[first], words[last]];
      if (!start || !end || intensity === undefined) return [];
      if (lexicon.isNegatable === true && isNegated(words, first)) return [];
      return [{ category: lexicon.category, intensity, from: start.from, to: end.to }];
    });
    return { matches: matches.sort((a, b) => a.from - b.from || b.to - a.to), words: words.length };
  }

  #add(lexicon: Lexicon, intensity: Intensity | undefined, terms: string): void {
    for (const pattern of parseTerms(terms)) {
      const term = { lexicon, intensity, pattern };
      for (const { keys } of pattern) for (const key of keys) this.#keys.add(key);
      for (const key of pattern[0]?.keys ?? []) {
        const known = this.#byFirst.get(key);
        if (known) known.push(term);
        else this.#byFirst.set(key, [term]);
      }
    }
  }

  #keysOf(form: string): readonly string[] {
    const cached = this.#cache.get(form);
    if (cached) return cached;
    const keys = keysOf(form, this.#keys);
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
    this.#cache.set(form, keys);
    return keys;
  }

  #hitsAt(words: readonly Word[], keys: readonly (readonly string[])[], first: number): Hit[] {
    const terms = new Set((keys[first] ?? []).flatMap((key) => this.#byFirst.get(key) ?? []));
    return [...terms].flatMap((term) => {
      const last = lastOf(term.pattern, 1, first);
      return last === undefined ? [] : [{ term, first, last }];
    });

    /** The index of the word that ends the pattern, whose elements before `element` end at `index`. */
    function lastOf(pattern: Pattern, element: number, index: number): number | undefined {
      const wanted = pattern[element];
      if (!wanted) return index;
      for (let next = index + 1; next <= index + 1 + wanted.gap; next++) {
        if (words[next]?.isFirst !== false) return undefined; // another sentence, or the end
        if (keys[next]?.some((key) => wanted.keys.has(key)) !== true) continue;
        const last = lastOf(pattern, element + 1, next);
        if (last !== undefined) return last;
      }
      return undefined;
    }
  }
}

/** The hits of one lexicon without those that an exclusion or a better hit covers. */
function withoutOverlaps(hits: Hit[]): Hit[] {
  const isCovered = new Set<number>();
  const kept: Hit[] = [];
  for (const hit of hits.sort(byPrecedence)) {
    const indices = Array.from({ length: hit.last - hit.first + 1 }, (_, index) => hit.first + index);
    if (indices.some((index) => isCovered.has(index))) continue;
    for (const index of indices) isCovered.add(index);
    kept.push(hit);
  }
  return kept;
}

function byPrecedence(a: Hit, b: Hit): number {
  const exclusions = Number(b.term.intensity === undefined) - Number(a.term.intensity === undefined);
  const lengths = b.last - b.first - (a.last - a.first);
  return exclusions || lengths || (b.term.intensity ?? 0) - (a.term.intensity ?? 0);
}

function isNegated(words: readonly Word[], index: number): boolean {
  const before = words[index - 1];
  return words[index]?.isFirst === false && before !== undefined && NEGATION.test(before.form);
}
