import { randomInt } from 'node:crypto';

const ADJECTIVES = (
  'able amber ample brave brisk calm clear clever crisp dapper eager early fair fancy fleet fresh gentle golden ' +
  'good grand happy honest humble jolly keen kind light lively loyal lucid lucky mellow merry mild modest neat noble ' +
  'patient plain polite proud quick quiet ready rustic sharp shiny silent simple smart smooth solid stable steady ' +
  'sunny swift tidy upbeat vivid warm wise witty'
).split(' ');
const NOUNS = (
  'anchor apple arrow bay beach bell bird boat book bridge brook candle castle cedar cloud coast corner creek daisy ' +
  'delta door dune eagle field forest fountain garden gate glacier grove harbor hill island kite lake lantern leaf ' +
  'library lily maple market meadow mill moon mountain oak ocean orchard path pear pine planet plaza pond river road ' +
  'root sail school shore spring star stone street tower tree valley village wave window'
).split(' ');
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const TAIL = 10;

export const JOB_NAME = /^[a-z]+_[a-z]+_[a-z0-9]{10}$/;

/** Such as `lucid_school_dqmm25308q` (docs/contracts/bank-map.md); the last ten characters are 51 bits of chance. */
export function newJobName(): string {
  const tail = Array.from({ length: TAIL }, () => pick(LETTERS)).join('');
  return `${pick(ADJECTIVES)}_${pick(NOUNS)}_${tail}`;
}

function pick(from: ArrayLike<string>): string {
  return from[randomInt(from.length)] ?? '';
}
