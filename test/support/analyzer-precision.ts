import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../dev/plan.js';
import { analyzeText } from '../../services/analyzer/analyze-text.js';
import { CATEGORIES } from '../../services/analyzer/lexicons/categories.js';

const FOLDER = path.join(ROOT, 'test/data/analyzer');

/** Scripts by how they are written: see docs/analyzer.md#how-precise-it-is. */
export const SETS = ['named', 'implicit', 'held-out'] as const;
export type ScriptSet = (typeof SETS)[number];

/** Categories of scenes: labeled and found, found only, labeled only. */
export interface Score {
  right: number;
  wrong: number;
  missed: number;
}

/** For each script, the categories by scene number. */
type Labels = Record<string, Record<string, string[]>>;

interface SceneScore {
  set: ScriptSet;
  category: string;
  outcome: keyof Score;
}

/** Analyzes all labeled scripts. */
function compare(): SceneScore[] {
  const labels = JSON.parse(fs.readFileSync(path.join(FOLDER, 'labels.json'), 'utf8')) as Labels;
  return Object.entries(labels).flatMap(([file, byScene]) => {
    const set = SETS.find((name) => file.startsWith(name)) ?? 'named';
    const text = fs.readFileSync(path.join(FOLDER, file), 'utf8');
    const { scenes } = analyzeText({ format: 'txt', text }, null);
    return scenes.flatMap(({ number, categories }) => {
      const labeled = new Set(byScene[number]);
      const found = new Set(categories.map(({ category }) => category));
      return [...new Set([...labeled, ...found])].map((category): SceneScore => {
        const outcome = !found.has(category) ? 'missed' : labeled.has(category) ? 'right' : 'wrong';
        return { set, category, outcome };
      });
    });
  });
}

export interface Measured {
  bySet: ReadonlyMap<ScriptSet, Score>;
  /** Of the sets `named` and `implicit`. */
  byCategory: ReadonlyMap<string, Score>;
  /** Labels that are no category. */
  unknown: string[];
}

export function measure(): Measured {
  const scores = compare();
  const tuned = scores.filter(({ set }) => set !== 'held-out');
  const names = CATEGORIES.map(({ name }) => name as string);
  return {
    bySet: new Map(SETS.map((set) => [set, total(scores.filter((score) => score.set === set))])),
    byCategory: new Map(
      names
        .filter((name) => tuned.some(({ category }) => category === name))
        .map((name) => [name, total(tuned.filter(({ category }) => category === name))]),
    ),
    unknown: scores.map(({ category }) => category).filter((category) => !names.includes(category)),
  };
}

function total(scores: readonly SceneScore[]): Score {
  const sum: Score = { right: 0, wrong: 0, missed: 0 };
  for (const { outcome } of scores) sum[outcome]++;
  return sum;
}

export const precisionOf = ({ right, wrong }: Score) => right / (right + wrong);
export const recallOf = ({ right, missed }: Score) => right / (right + missed);

/** The rows of the tables in docs/analyzer.md. */
export function tableRows({ bySet, byCategory }: Measured): string[] {
  const row = (name: string, score: Score) =>
    `| ${name} | ${score.right + score.missed} | ${score.right} | ${score.wrong} | ${score.missed} |`;
  const rate = (value: number) => value.toFixed(2);
  return [
    ...Array.from(
      bySet,
      ([set, score]) => `${row(`\`${set}\``, score)} ${rate(precisionOf(score))} | ${rate(recallOf(score))} |`,
    ),
    ...Array.from(byCategory, ([category, score]) => row(category, score)),
  ];
}
