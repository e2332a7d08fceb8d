import { z } from 'zod';
import { bytes } from '../../platform/http/schemas.js';
import { type Analysis, type AnalysisStatus } from './analysis.js';
import { numbersOf } from './number-ranges.js';

const AUDIENCES = ['0+', '6+', '12+', '16+', '18+'] as const;
/** Most characters of a comment; a column takes 32,768 UTF-16 units. */
const MAX_COMMENT = 10_000;

/** Forms send numbers as texts. */
const fileNumber = z.preprocess(
  (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value),
  z.int('expected the number of a file').min(1, 'expected the number of a file').max(999_999_999_999_999),
);

const text = z
  .string()
  .max(MAX_COMMENT, `expected at most ${MAX_COMMENT} characters`)
  .refine((value) => value.isWellFormed(), 'expected Unicode text');

const audience = z.enum(AUDIENCES, `expected one of ${AUDIENCES.join(', ')}`).meta({ id: 'FilesTargetAudience' });

/** The fields of `POST /cinema/` besides a file. */
export const analysisFields = z.object({
  file_id: fileNumber.optional().meta({ description: 'Number of a file; required unless the form has `upload`.' }),
  target_audience: audience,
  comment: text.optional().meta({ description: 'The user’s comment; it becomes a row of `/comments/`.' }),
});
export type AnalysisFields = z.output<typeof analysisFields>;

/** The names of the text fields of a form. */
export const FIELD_NAMES = Object.keys(analysisFields.shape);

export const analysisBody = analysisFields.required({ file_id: true }).meta({ id: 'FilesNewAnalysis' });

/** A form may have the file itself. */
export const analysisForm = analysisFields.extend({ upload: bytes.optional() }).meta({ id: 'FilesAnalysisForm' });

const statusFile = z.enum(['--------', 'processing', 'ready', 'error', 'db_ready']).meta({ id: 'FilesAnalysisStatus' });

/** An analysis as clients see it. */
export const analysisObject = z
  .object({
    id: z.int(),
    upload: z.int().describe('Number of the file.'),
    user: z.int(),
    violations: z.array(z.int()).describe('Ids of the base list of violations at the start.'),
    violations_quantity: z.int().describe('Violations that the analyzer found.'),
    upload_ai: z.int().nullable().describe('Number of the file with the posted result.'),
    status_file: statusFile,
  })
  .meta({ id: 'FilesAnalysis' });

/** The data of a live event. */
export const analysisEvent = z
  .object({ status_file: statusFile, url: z.url().nullable().describe('The download, while its key is valid.') })
  .meta({ id: 'FilesAnalysisEvent' });

/** What an analyzer posts; its members are as docs/contracts/files.md says. */
export const postedResult = z
  .looseObject({ scenes: z.array(z.unknown()).optional() })
  .meta({ id: 'FilesAnalysisResult' });
export const resultForm = z.object({ file: bytes }).meta({ id: 'FilesResultForm' });

export const startedAnalysis = analysisObject
  .extend({ token: z.string().describe('Opens the live events without a function key.') })
  .meta({ id: 'FilesStartedAnalysis' });

export function objectOf(id: number, analysis: Analysis, status: AnalysisStatus): z.output<typeof analysisObject> {
  return {
    id,
    upload: analysis.file,
    user: analysis.user,
    violations: numbersOf(analysis.violations),
    violations_quantity: analysis.violationsQuantity,
    upload_ai: analysis.resultFile ?? null,
    status_file: status,
  };
}
