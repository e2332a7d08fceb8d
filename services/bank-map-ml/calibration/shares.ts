import { type PastMatch } from './back-test.js';

/** Matches of neighbouring similarities, taken together. */
export interface Block {
  from: number;
  to: number;
  matches: number;
  right: number;
}

/** One standard deviation: of six such bounds one is too high. */
const Z = 1;

const shareOf = ({ right, matches }: Block) => right / matches;

/**
 * The share of right matches as a function of the similarity that never falls, closest to what was seen (isotonic
 * regression, by pooling adjacent violators): blocks in rising order of similarity and share.
 */
export function risingShares(matches: readonly Pick<PastMatch, 'similarity' | 'isRight'>[]): Block[] {
  const blocks: Block[] = [];
  for (const { similarity, isRight } of matches.toSorted((a, b) => a.similarity - b.similarity)) {
    let block = { from: similarity, to: similarity, matches: 1, right: Number(isRight) };
    for (let last = blocks.at(-1); last && isPooled(last, block); last = blocks.at(-1)) {
      blocks.pop();
      block = { ...join(last, block) };
    }
    blocks.push(block);
  }
  return blocks;
}

/** Equal similarities stay together whatever they came to. */
const isPooled = (last: Block, next: Block) => last.to === next.from || shareOf(last) >= shareOf(next);

const join = (a: Block, b: Block): Block => ({
  from: a.from,
  to: b.to,
  matches: a.matches + b.matches,
  right: a.right + b.right,
});

/**
 * A share that the true one is hardly below (the lower end of Wilson's score interval): few matches promise little,
 * also when all of them were right.
 */
export function lowerBound({ right, matches }: Pick<Block, 'right' | 'matches'>): number {
  const share = right / matches;
  const spread = Z * Math.sqrt((share * (1 - share)) / matches + Z ** 2 / (4 * matches ** 2));
  return (share + Z ** 2 / (2 * matches) - spread) / (1 + Z ** 2 / matches);
}
