import { type AxiosInstance } from 'axios';
import { z } from 'zod';
import {
  callConfig,
  failureOf,
  isTransient,
  type CallContext,
  type Failure,
  type ServiceOptions,
} from '../platform/http-client.js';
import { plateErrors } from './errors.js';
import { normalizePlate } from './plate-number.js';
import { MAX_CANDIDATES, plateBox, type PlateReading } from './schemas.js';

export interface PlateReader {
  /** @throws OperationError with one of the slice's codes when there is no reading */
  read(image: Buffer, call: CallContext): Promise<PlateReading>;
}

const confidence = z.number().min(0).max(1).optional().catch(undefined);
/** Whole pixels keep results of large batches short. */
const pixels = z.number().transform(Math.round);
const box = z.object({ x: pixels, y: pixels, width: pixels, height: pixels }).pipe(plateBox);
/** Longer texts are no plates: with the number of candidates this limits the result of an image. */
const candidate = z.object({ plate_number: z.string().max(32), confidence });

/** Other fields are ignored; one that is optional and not valid is left out, and so is each candidate. */
const answer = z.object({
  plate_number: z.string().max(100),
  confidence,
  box: box.optional().catch(undefined),
  candidates: z.array(candidate.optional().catch(undefined)).default([]).catch([]),
});

/** Statuses for an unreadable image: 400 in the original service, 422 for "no plate" in newer ones. */
const UNREADABLE: readonly number[] = [400, 422];

export function createPlateReader(http: AxiosInstance, options: Pick<ServiceOptions, 'totalTimeoutMs'>): PlateReader {
  return {
    async read(image, call) {
      const parsed = answer.safeParse(await ask(http, options, image, call));
      if (!parsed.success) throw plateErrors.PlateReaderFailed('The plate reader gave an answer that is not valid.');
      const plateNumber = normalizePlate(parsed.data.plate_number);
      if (plateNumber === '') throw plateErrors.PlateUnreadable('The plate reader found no plate on the image.');
      const { confidence, box } = parsed.data;
      const candidates = candidatesOf(parsed.data.candidates);
      return {
        plateNumber,
        ...(confidence !== undefined && { confidence }),
        ...(box && { box }),
        ...(candidates.length > 0 && { candidates }),
      };
    },
  };
}

/** The first of each number, most probable first: texts that differ in spelling only are one candidate. */
function candidatesOf(answered: z.output<typeof answer>['candidates']): NonNullable<PlateReading['candidates']> {
  const found = new Map<string, number | undefined>();
  for (const one of answered) {
    const plateNumber = normalizePlate(one?.plate_number ?? '');
    if (plateNumber !== '' && !found.has(plateNumber)) found.set(plateNumber, one?.confidence);
  }
  return [...found]
    .sort(([, one = 0], [, other = 0]) => other - one)
    .slice(0, MAX_CANDIDATES)
    .map(([plateNumber, confidence]) => ({ plateNumber, ...(confidence !== undefined && { confidence }) }));
}

async function ask(
  http: AxiosInstance,
  options: Pick<ServiceOptions, 'totalTimeoutMs'>,
  image: Buffer,
  call: CallContext,
): Promise<unknown> {
  const config = callConfig(options, call);
  try {
    const headers = { ...config.headers, 'Content-Type': 'application/octet-stream' };
    return (await http.post<unknown>('/readPlateNumber', image, { ...config, headers })).data;
  } catch (cause) {
    const failure = failureOf(cause);
    if (!failure) throw cause; // not the reader's fault, so not one of its codes
    throw toError(failure, cause);
  }
}

/** There is no default branch, so that a new kind of failure does not compile without a message. */
function toError(failure: Failure, cause: unknown) {
  switch (failure.kind) {
    case 'timeout':
    case 'aborted':
      return plateErrors.PlateReaderTimeout('The plate reader was too slow.', { cause });
    case 'network':
      return plateErrors.PlateReaderUnavailable('The plate reader cannot be reached.', { cause });
    case 'circuitOpen':
      return plateErrors.PlateReaderUnavailable('The plate reader fails; it is not called now.', {
        cause,
        notCalled: true,
      });
    case 'tooLarge':
      return plateErrors.PlateReaderFailed('The plate reader’s answer is far too long.', { cause });
    case 'status':
      if (UNREADABLE.includes(failure.status))
        return plateErrors.PlateUnreadable('The plate reader cannot read the image.', { cause });
      return isTransient(failure)
        ? plateErrors.PlateReaderUnavailable(`The plate reader is failing (${failure.status}).`, { cause })
        : plateErrors.PlateReaderFailed(`The plate reader refuses the image (${failure.status}).`, { cause });
  }
}
