import { CATEGORIES } from './lexicons/categories.js';
import { LEXICONS } from './lexicons/index.js';
import { Matcher, type Match } from './matching/matcher.js';
import { linesOf, Places } from './places.js';
import { commentOf } from './rating/comment.js';
import { ageOf, highestAge, isAbove } from './rating/ages.js';
import { type Audience } from './rating/audiences.js';
import { highestOf, overallSeverity, severityOf, type Severity, type Tally } from './rating/severity.js';
import {
  MAX_FINDINGS,
  MAX_FINDINGS_OF_SCENE,
  MAX_SCENE_NUMBERS,
  type AnalysisResult,
  type CategoryResult,
  type SceneResult,
} from './result.js';
import { splitScenes, type SceneSpan } from './scenes/split.js';
import { type ExtractedText } from './text/extracted.js';

/** A longer part would need much memory for its words. */
const MAX_PART = 64 * 1_024;
/** Characters of an excerpt before and after a finding, and of the finding itself. */
const EXCERPT_MARGIN = 50;
const MAX_FOUND = 200;
/** Points of a category in the script below which it decides no age: a single mention. */
const DECIDING_POINTS = 2;

interface CategoryTotal {
  count: number;
  points: number;
  readonly scenes: { number: number; severity: Severity }[];
}

/** Analyzes the text of a script (docs/analyzer.md). @param targetAudience null when it is not known */
export function analyzeText(extracted: ExtractedText, targetAudience: Audience | null): AnalysisResult {
  const analysis = new TextAnalysis(extracted);
  const scenes = splitScenes(extracted.text).map((span, index) => analysis.scene(span, index + 1));
  const categories = analysis.categories(scenes.length);
  const rating = highestAge(categories.map(({ age }) => age));
  const deciding = rating === '0+' ? [] : categories.filter(({ age }) => age === rating);
  const result = {
    version: 1 as const,
    rating,
    severity: highestOf(categories.map(({ severity }) => severity)),
    targetAudience,
    exceeds: targetAudience && isAbove(rating, targetAudience),
    decidedBy: deciding.map((category) => analysis.decision(category)),
    categories,
    violations_quantity: categories.reduce((sum, { count }) => sum + count, 0),
    marks: categories.filter(({ category }) => needsMark(category)).map(({ category }) => category),
    notDecided: CATEGORIES.filter(({ isDecided }) => isDecided === false).map(({ name }) => name),
    statistics: {
      format: extracted.format,
      characters: extracted.text.length,
      words: scenes.reduce((sum, { words }) => sum + words, 0),
      lines: analysis.lines.count,
      pages: analysis.pages?.count ?? null,
      scenes: scenes.length,
      scenesWithFindings: scenes.filter(({ count }) => count > 0).length,
    },
  };
  return { ...result, comment: commentOf(result), scenes };
}

const needsMark = (category: string) => CATEGORIES.find(({ name }) => name === category)?.ages.length === 0;

/** Loads its lexicons once: only the process of an analysis imports this module. */
const matcher = new Matcher(LEXICONS);

class TextAnalysis {
  readonly lines: Places;
  readonly pages: Places | undefined;
  readonly #text: string;
  readonly #totals = new Map<string, CategoryTotal>();
  #findings = 0;

  constructor({ text, pageStarts }: ExtractedText) {
    this.#text = text;
    this.lines = linesOf(text);
    this.pages = pageStarts && new Places(pageStarts);
  }

  scene({ from, to, heading }: SceneSpan, number: number): SceneResult {
    const { matches, words } = this.#find(from, to);
    const tallies = talliesOf(matches);
    const categories = [...tallies].map(([category, tally]) => {
      const severity = severityOf(tally, words);
      this.#add(category, tally, number, severity);
      return { category, severity, count: tally.count };
    });
    const kept = matches.slice(0, Math.min(MAX_FINDINGS_OF_SCENE, MAX_FINDINGS - this.#findings));
    this.#findings += kept.length;
    const last = Math.max(from, to - 1);
    return {
      number,
      label: heading?.label ?? null,
      heading: heading?.heading ?? null,
      setting: heading?.setting ?? null,
      location: heading?.location ?? null,
      timeOfDay: heading?.timeOfDay ?? null,
      position: {
        from,
        to,
        lineFrom: this.lines.at(from),
        lineTo: this.lines.at(last),
        pageFrom: this.pages?.at(from) ?? null,
        pageTo: this.pages?.at(last) ?? null,
      },
      words,
      severity: highestOf(categories.map(({ severity }) => severity)),
      count: matches.length,
      categories,
      findings: kept.map((match) => this.#finding(match)),
    };
  }

  /** The categories that were found, in the order of the list. */
  categories(sceneCount: number): CategoryResult[] {
    return CATEGORIES.flatMap(({ name, context, ages }) => {
      const total = this.#totals.get(name);
      if (!total) return [];
      const severities = total.scenes.map(({ severity }) => severity);
      const severity = overallSeverity(severities, sceneCount);
      return {
        category: name,
        context,
        severity,
        age: total.points < DECIDING_POINTS ? ('0+' as const) : ageOf(severity, ages),
        count: total.count,
        sceneCount: total.scenes.length,
        scenes: total.scenes.slice(0, MAX_SCENE_NUMBERS).map(({ number }) => number),
      };
    });
  }

  /** The scenes that decided the severity of a category: those in which it is highest. */
  decision({ category, severity }: CategoryResult): AnalysisResult['decidedBy'][number] {
    const scenes = this.#totals.get(category)?.scenes ?? [];
    const highest = highestOf(scenes.map((scene) => scene.severity));
    const deciding = scenes.filter((scene) => scene.severity === highest).map(({ number }) => number);
    return { category, severity, scenes: deciding.slice(0, MAX_SCENE_NUMBERS) };
  }

  #find(from: number, to: number): { matches: Match[]; words: number } {
    const matches: Match[] = [];
    let words = 0;
    for (let start = from; start < to;) {
      const end = this.#partEnd(start, to);
      const found = matcher.find(this.#text.slice(start, end), start);
      for (const match of found.matches) matches.push(match);
      words += found.words;
      start = end;
    }
    return { matches, words };
  }

  /** The end of a part: after a paragraph or a line, if there is one. */
  #partEnd(start: number, to: number): number {
    const limit = start + MAX_PART;
    if (limit >= to) return to;
    const paragraph = this.#text.lastIndexOf('\n\n', limit - 2);
    if (paragraph > start) return paragraph + 2;
    const line = this.#text.lastIndexOf('\n', limit - 1);
    return line > start ? line + 1 : limit;
  }

  #add(category: string, { count, points }: Tally, number: number, severity: Severity): void {
    const total = this.#totals.get(category) ?? { count: 0, points: 0, scenes: [] };
    total.count += count;
    total.points += points;
    total.scenes.push({ number, severity });
    this.#totals.set(category, total);
  }

  #finding({ category, intensity, from, to }: Match): SceneResult['findings'][number] {
    return {
      category,
      intensity,
      text: this.#text.slice(from, Math.min(to, from + MAX_FOUND)).replace(/\s+/g, ' '),
      excerpt: this.#excerpt(from, to),
      from,
      to,
      line: this.lines.at(from),
      page: this.pages?.at(from) ?? null,
    };
  }

  /** The finding with some text around it, from whole words, in one line. */
  #excerpt(from: number, to: number): string {
    const before = this.#text.slice(Math.max(0, from - EXCERPT_MARGIN), from);
    const found = this.#text.slice(from, Math.min(to, from + MAX_FOUND));
    const after = this.#text.slice(to, to + EXCERPT_MARGIN);
    const start = from > EXCERPT_MARGIN ? before.replace(/^\S*\s/, '') : before;
    const end = to + EXCERPT_MARGIN < this.#text.length ? after.replace(/\s\S*$/, '') : after;
    return (start + found + end).replace(/\s+/g, ' ').trim();
  }
}

function talliesOf(matches: readonly Match[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { category, intensity } of matches) {
    const tally = tallies.get(category) ?? { count: 0, points: 0, peak: 0 };
    tally.count++;
    tally.points += intensity;
    if (intensity > tally.peak) tally.peak = intensity;
    tallies.set(category, tally);
  }
  return tallies;
}
