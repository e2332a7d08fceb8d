import { type PastMatch } from './limit.js';

/** A group of matches with adjacent scores. */
interface Block {
  from: number;
  to: number;
  matches: number;
  right: number;
}

/** One standard deviation: one of six such bounds is too high. */
const Z = 1;

const shareOf = ({ right, matches }: Block) => right / matches;

/**
 * The share of correct matches as a non-decreasing function of the score (isotonic regression with the pool
 * adjacent violators algorithm): blocks in ascending order of score and share.
 */
export function isotonicShares(matches: readonly PastMatch[]): Block[] {
  const blocks: Block[] = [];
  for (const { score, isRight } of matches.toSorted((a, b) => a.score - b.score)) {
    let block = { from: score, to: score, matches: 1, right: Number(isRight) };
    for (let last = blocks.at(-1); last && isPooled(last, block); last = blocks.at(-1)) {
      blocks.pop();
      block = { ...join(last, block) };
    }
    blocks.push(block);
  }
  return blocks;
}

/** Equal scores are always in one block. */
const isPooled = (last: Block, next: Block) => last.to === next.from || shareOf(last) >= shareOf(next);

const join = (a: Block, b: Block): Block => ({
  from: a.from,
  to: b.to,
  matches: a.matches + b.matches,
  right: a.right + b.right,
});

/** The lower bound of Wilson's score interval for the share of correct matches; low for few matches. */
export function lowerBound({ right, matches }: Pick<Block, 'right' | 'matches'>): number {
  const share = right / matches;
  const spread = Z * Math.sqrt((share * (1 - share)) / matches + Z ** 2 / (4 * matches ** 2));
  return (share + Z ** 2 / (2 * matches) - spread) / (1 + Z ** 2 / matches);
}
