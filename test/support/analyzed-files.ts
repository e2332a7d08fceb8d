import { type Stack } from '../../dev/stack.js';
import { type Answer, Client } from './client.js';
import { eventually } from './eventually.js';

/** An analysis as clients see it. */
export interface AnalysisBody {
  id: number;
  upload: number;
  user: number;
  violations: number[];
  violations_quantity: number;
  upload_ai: number | null;
  status_file: string;
}

export interface StartedAnalysis extends AnalysisBody {
  token: string;
  operationId: string;
  /** URL of the status monitor. */
  monitor: string;
}

/** The data of a live event. */
export interface LiveEvent {
  status_file: string;
  url: string | null;
}

export const isFinal = ({ status_file: status }: { status_file: string }) => ['error', 'db_ready'].includes(status);

/** A client that uploads files for analyses, and analyzes them. */
export class AnalysisClient {
  readonly client: Client;

  constructor(
    readonly url: string,
    readonly prefix = '',
  ) {
    this.client = new Client(url);
  }

  static of({ url }: Pick<Stack, 'url'>): AnalysisClient {
    return new AnalysisClient(url);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.client.get(`${this.prefix}${path}`, headers);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.client.post(`${this.prefix}${path}`, body, headers);
  }

  /** `POST /cinema/` with a form. */
  form(fields: Record<string, string | File>, headers: Record<string, string> = {}): Promise<Answer> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return this.client.send('POST', `${this.prefix}/cinema/`, { headers, body: form });
  }

  /** Starts an analysis of a text. */
  async start(text: string | Buffer = 'INT. HOUSE', fields: Record<string, string> = {}): Promise<StartedAnalysis> {
    const upload = new File([new Uint8Array(Buffer.from(text as string))], 'script.txt');
    return this.started(await this.form({ upload, target_audience: '12+', ...fields }), 201);
  }

  async restart(id: number): Promise<StartedAnalysis> {
    return this.started(await this.post(`/cinema/${id}/restart/`), 200);
  }

  started({ status, headers, body, text }: Answer, expected: number): StartedAnalysis {
    if (status !== expected) throw new Error(`${status}: ${text}`);
    const monitor = headers.get('operation-location') ?? '';
    return { ...(body as unknown as StartedAnalysis), monitor, operationId: headers.get('operation-id') ?? '' };
  }

  async analysis(id: number): Promise<AnalysisBody> {
    return (await this.get(`/cinema/${id}/`)).body as unknown as AnalysisBody;
  }

  until(id: number, condition: (analysis: AnalysisBody) => boolean): Promise<AnalysisBody> {
    return eventually(async () => {
      const analysis = await this.analysis(id);
      return condition(analysis) ? analysis : undefined;
    }, `analysis ${id}`);
  }

  /** Posts a result under a key. */
  record(key: string, result: unknown): Promise<Answer> {
    return this.post('/record/', result, { 'X-Refer-Key': key });
  }

  /** Posts results at the same time under one key. A key that expires before them is replaced; they are posted again. */
  async recordAll(started: Pick<StartedAnalysis, 'token'>, results: readonly unknown[]) {
    return eventually(async () => {
      const key = await this.key(started);
      const answers = await Promise.all(results.map((result) => this.record(key, result)));
      return answers.every(({ status }) => status === 404) ? undefined : { key, answers };
    }, 'a key that is valid');
  }

  download(key: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${this.prefix}/download/${key}/`, { headers });
  }

  /** A download as soon as a slot is free. */
  untilFree(key: string): Promise<Response> {
    return eventually(async () => {
      const response = await this.download(key);
      if (response.status === 200) return response;
      await response.text();
      return undefined;
    }, 'a free slot');
  }

  /** The first event of an analysis. */
  async event({ token }: Pick<StartedAnalysis, 'token'>): Promise<LiveEvent> {
    for await (const { data } of this.events(`/sse/${token}/`)) return data;
    throw new Error('The stream has no event.');
  }

  async key(started: Pick<StartedAnalysis, 'token'>): Promise<string> {
    const { url } = await this.event(started);
    if (url === null) throw new Error('There is no key.');
    return keyIn(url);
  }

  /** Events with their ids until the stream ends, or until the caller breaks off. `comments` counts heartbeats. */
  async *events(
    path: string,
    headers: Record<string, string> = {},
    onComment: () => void = () => undefined,
  ): AsyncGenerator<{ id: string; data: LiveEvent }> {
    const response = await fetch(`${this.url}${this.prefix}${path}`, {
      headers: { Accept: 'text/event-stream', ...headers },
    });
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}.`);
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, id, data] = /^id: (.*)\ndata: (.*)$/.exec(block) ?? [];
        if (id === undefined || data === undefined) onComment();
        else yield { id, data: JSON.parse(data) as LiveEvent };
      }
    }
  }
}

/** The key in the URL of a download. */
export function keyIn(url: string): string {
  return /\/download\/([0-9a-f]{32})\/$/.exec(url)?.[1] ?? '';
}

/** Ends downloads; one whose connection is gone has ended. */
export async function cancelAll(responses: readonly Response[]): Promise<void> {
  await Promise.allSettled(responses.map(async ({ body }) => body?.cancel()));
}
