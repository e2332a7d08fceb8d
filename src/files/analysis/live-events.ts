import { eventsReply, type StreamEvent } from '../../operations/events.js';
import { etagOf } from '../../operations/monitor.js';
import { type Reply, type RouteRequest } from '../../platform/http/route.js';
import { createSharedPoll } from '../../platform/shared-poll.js';
import { createSingleFlight } from '../../platform/single-flight.js';
import { LEGACY_PREFIX } from '../names.js';
import { filesErrors } from '../errors.js';
import { type Analyses } from './analyses.js';
import { isFinal, isKeyValid, type Analysis } from './analysis.js';

/** The URL at which a key opens the download. @param base without a slash at its end */
export const downloadUrl = (base: string, key: string) => `${base}/download/${key}/`;

export function analysisNotFound() {
  return filesErrors.AnalysisNotFound('There is no such analysis.');
}

/** Live events of analyses. All watchers of one analysis in a process share its polls, which read one row. */
export class LiveEvents {
  readonly #analyses: Analyses;
  readonly #heartbeatMs: number;
  /** Watchers share what they see too, per URL of the app. */
  readonly #shown = new WeakMap<Analysis, Map<string, StreamEvent>>();

  constructor(analyses: Analyses, heartbeatMs: number) {
    this.#analyses = analyses;
    this.#heartbeatMs = heartbeatMs;
  }

  readonly #read = createSingleFlight(async (id): Promise<Analysis> => {
    const analysis = await this.#analyses.current(Number(id));
    if (!analysis) throw analysisNotFound();
    return analysis;
  });
  readonly #poll = createSharedPoll((id) => this.#read(id));

  /** @throws OperationError 404 `AnalysisNotFound` */
  async reply(id: number, request: Pick<RouteRequest, 'url' | 'header'>): Promise<Reply> {
    const key = String(id);
    const base = baseOf(request.url);
    const first = await this.#read(key);
    return eventsReply(
      first,
      {
        poll: (ms, signal) => this.#poll(key, ms, signal),
        show: (analysis) => this.#show(analysis, base),
      },
      { heartbeatMs: this.#heartbeatMs, lastEventId: request.header('last-event-id') },
    );
  }

  #show(analysis: Analysis, base: string): StreamEvent {
    const known = this.#shown.get(analysis) ?? new Map<string, StreamEvent>();
    this.#shown.set(analysis, known);
    const event = known.get(base) ?? this.#eventOf(analysis, base);
    known.set(base, event);
    return event;
  }

  #eventOf(analysis: Analysis, base: string): StreamEvent {
    const status = this.#analyses.statusOf(analysis);
    const url = isKeyValid(analysis, this.#analyses.now()) ? downloadUrl(base, analysis.key) : null;
    const data = JSON.stringify({ status_file: status, url });
    return { id: etagOf(data).slice(1, -1), data, isFinal: isFinal(status) };
  }
}

/** The origin of a watcher's request, and the prefix of existing clients if the request has it. */
function baseOf({ origin, pathname }: URL): string {
  return pathname.toLowerCase().startsWith(`${LEGACY_PREFIX}/`) ? `${origin}${LEGACY_PREFIX}` : origin;
}
