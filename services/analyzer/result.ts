import { z } from 'zod';
import { FAILURE_CODES } from './failure.js';
import { AUDIENCES } from './rating/audiences.js';
import { SEVERITIES } from './rating/severity.js';

/** Most findings of a scene, and of all scenes together, in a result; `count` has all of them. */
export const MAX_FINDINGS_OF_SCENE = 100;
export const MAX_FINDINGS = 10_000;
/** Most scene numbers in a list of a result; `sceneCount` has all of them. */
export const MAX_SCENE_NUMBERS = 200;

const severity = z.enum(SEVERITIES);
const age = z.enum(AUDIENCES);
const count = z.int().min(0);
/** Offsets in the text, in UTF-16 code units; lines and pages begin with 1. */
const offset = z.int().min(0);
const line = z.int().min(1);
const page = z.int().min(1).nullable();

const finding = z.strictObject({
  /** The name in the column `violations` of the list. */
  category: z.string(),
  intensity: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  text: z.string(),
  excerpt: z.string(),
  from: offset,
  to: offset,
  line,
  page,
});

const scene = z.strictObject({
  /** From 1, in the order of the text. */
  number: line,
  /** The number in the script, such as `12A`. */
  label: z.string().nullable(),
  heading: z.string().nullable(),
  setting: z.enum(['INT', 'EXT', 'INT/EXT']).nullable(),
  location: z.string().nullable(),
  timeOfDay: z.string().nullable(),
  position: z.strictObject({ from: offset, to: offset, lineFrom: line, lineTo: line, pageFrom: page, pageTo: page }),
  words: count,
  severity,
  count,
  categories: z.array(z.strictObject({ category: z.string(), severity, count })),
  findings: z.array(finding).max(MAX_FINDINGS_OF_SCENE),
});

const sceneNumbers = z.array(line).max(MAX_SCENE_NUMBERS);

const category = z.strictObject({
  category: z.string(),
  /** The column `context` of the list. */
  context: z.string(),
  severity,
  /** The age that the category asks for; `0+` when it is a single mention or needs only a mark. */
  age,
  count,
  sceneCount: count,
  scenes: sceneNumbers,
});

/** The result of an analysis (docs/analyzer.md#the-result). */
export const analysisResult = z.strictObject({
  version: z.literal(1),
  rating: age,
  severity,
  targetAudience: age.nullable(),
  /** Whether the rating is above the target audience; null without one. */
  exceeds: z.boolean().nullable(),
  decidedBy: z.array(z.strictObject({ category: z.string(), severity, scenes: sceneNumbers })),
  categories: z.array(category),
  violations_quantity: count,
  /** Categories that were found and need a mark. */
  marks: z.array(z.string()),
  /** Categories that the analyzer does not look for. */
  notDecided: z.array(z.string()),
  statistics: z.strictObject({
    format: z.enum(['txt', 'json', 'docx', 'pdf']),
    characters: count,
    words: count,
    lines: count,
    pages: count.nullable(),
    scenes: count,
    scenesWithFindings: count,
  }),
  comment: z.string(),
  scenes: z.array(scene),
});
export type AnalysisResult = z.infer<typeof analysisResult>;
export type SceneResult = z.infer<typeof scene>;
export type CategoryResult = z.infer<typeof category>;

/** What is posted instead when an analysis has no result (docs/analyzer.md#failures). */
export const analysisError = z.strictObject({
  error: z.strictObject({ code: z.enum(FAILURE_CODES), message: z.string() }),
});
