import { createClient, type ChangedEndpoint } from '@longhaul/client';
import { mapSample } from '../../dev/demo-bank-map.js';
import { type Stack } from '../../dev/stack.js';
import { AnalysisClient, isFinal } from './analyzed-files.js';
import { push, startUpload } from './books.js';
import { Client } from './client.js';
import { eventually } from './eventually.js';

/** For stacks of `makeConsoleData`: a webhook is given up within a moment. */
export const CONSOLE_ENV = { SERVERLESS_WEBHOOK_SPAN_MS: '50' };

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9/results';
/** Images that the samples have, and one that they have not. */
const [IMAGES, MISSING] = [[10022, 9965, 10101, 10102], 404404];
const SCRIPT = [
  'ИНТ. КВАРТИРА - ДЕНЬ\n\nИван пьёт водку. Он убил соседа ножом.',
  'EXT. STREET - NIGHT\n\nA man shoots. Blood is everywhere.',
  'НАТ. ЛЕС - УТРО\n\nПтицы поют.',
].join('\n\n');
/** Requests that wait at the endpoint. */
const QUEUED = 12;

/** Ids of what there is. */
export interface ConsoleData {
  /** An image that was read. */
  recognized: string;
  /** An image that the provider does not have; its webhook was given up. */
  failed: string;
  /** Images that were read, and one that was not. */
  batch: string;
  map: string;
  book: string;
  /** The number of a file with an analysis, a comment and a rating. */
  file: number;
  analysis: number;
  endpoint: string;
  /** The API key of the endpoint. */
  key: string;
  /** The sequence of a request that was canceled, whose webhook was given up, and of one that waits. */
  canceled: string;
  waiting: string;
}

/** Does what a day at this app does, so that each view of the console has something to show. */
export async function makeConsoleData(stack: Stack): Promise<ConsoleData> {
  const app = new Client(stack.url);
  await app.post('/violations/', { violations: 'Fights and threats', violations_comment: '16+: violence' });
  const [recognized, failed, batch, map, book, analyzed, queue] = await Promise.all([
    ended(app, '/plates/recognize', { imageId: IMAGES[0] }),
    ended(app, '/plates/recognize', { imageId: MISSING }, { 'Webhook-Url': NOWHERE }),
    ended(app, '/plates/recognize-batch', { imageIds: [...IMAGES, MISSING] }),
    mapped(stack, app),
    pushed(app),
    analyze(stack),
    queued(app),
  ]);
  await settled(app, `/status/${failed}/deliveries`);
  return { recognized, failed, batch, map, book, ...analyzed, ...queue };
}

/** Starts an operation and waits for its end. */
async function ended(app: Client, path: string, body: object, headers = {}): Promise<string> {
  return (await app.finished(await app.post(path, body, headers))).id;
}

async function mapped({ url, dir }: Stack, app: Client): Promise<string> {
  const ignore = () => undefined;
  expect(await mapSample(createClient({ baseUrl: url }), dir, ignore, new AbortController().signal)).toBe(true);
  return (await app.get('/status?kind=bankMap.map')).body.value[0]?.id ?? '';
}

async function pushed(app: Client): Promise<string> {
  const { bookId } = await push(
    app,
    'new',
    { 'a.txt': 'one', 'images/cover.png': 'two' },
    { name: 'A book of samples' },
  );
  await startUpload(app, bookId, { 'a.txt': 'three' });
  return bookId;
}

async function analyze(stack: Stack): Promise<Pick<ConsoleData, 'file' | 'analysis'>> {
  const analyst = AnalysisClient.of(stack);
  const { id, upload } = await analyst.start(SCRIPT);
  await analyst.until(id, isFinal);
  const { body } = await analyst.post('/comments/', {
    comment: 'The knife is a toy.',
    refer_file: id,
    comment_author: 'User',
  });
  await analyst.post('/recommend/', { comments_user: body.id, rating: 'mild', refer: id });
  return { file: upload, analysis: id };
}

async function queued(app: Client): Promise<Pick<ConsoleData, 'endpoint' | 'key' | 'canceled' | 'waiting'>> {
  const endpoint = 'gpu';
  const { key = '' } = (await app.post('/endpoints', { id: endpoint, worker: null }))
    .body as unknown as ChangedEndpoint;
  const send = () =>
    eventually(async () => {
      const headers = { Authorization: `Bearer ${key}` };
      const json = { input: { imageId: IMAGES[0] }, webhook: NOWHERE };
      const { status, body } = await app.post(`/v1/${endpoint}/async`, json, headers);
      return status === 200 ? (body as unknown as { id: string; sequence: string }) : undefined;
    }, 'a request that is accepted');
  const first = await send();
  let last = first;
  for (let count = 0; count < QUEUED; count++) last = await send();
  await app.post(`/endpoints/${endpoint}/requests/${first.id}:cancel`);
  await settled(app, `/v1/${endpoint}/requests/${first.id}/deliveries`);
  return { endpoint, key, canceled: first.sequence, waiting: last.sequence };
}

/** Waits until the last attempt at a webhook has failed. */
async function settled(app: Client, path: string): Promise<void> {
  await eventually(async () => {
    const { state } = (await app.get(path)).body as unknown as { state: string };
    return state === 'givenUp' || undefined;
  }, 'the last attempt at a webhook');
}
