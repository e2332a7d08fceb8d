import path from 'node:path';
import { type Route } from 'playwright-core';
import { SAMPLES } from '../../dev/plan.js';

/** A long list of the console: its view, what scrolls in it, and what the app answers to its calls. */
interface List {
  name: string;
  view: string;
  /** A CSS selector. */
  scrolls: string;
  answer: (url: URL) => unknown;
}

const TIME = Date.UTC(2026, 0, 1);
const PAGE = 100;
const OPERATION = '0123456789abcdef0123456789abcdef';

const at = (index: number) => new Date(TIME - index * 1_000).toISOString();

/** A page of a list whose items are named by their index, as `skipToken` has it. */
function page<T>(url: URL, length: number, itemOf: (index: number) => T) {
  const from = Number(url.searchParams.get('skipToken') ?? 0);
  const to = Math.min(length, from + Number(url.searchParams.get('top') ?? PAGE));
  const next = new URL(url);
  next.searchParams.set('skipToken', String(to));
  const value = Array.from({ length: to - from }, (_, index) => itemOf(from + index));
  return { value, ...(to < length && { nextLink: next.href }) };
}

const STATUSES = ['Succeeded', 'Running', 'Failed', 'Canceled', 'NotStarted'];

const monitorOf = (index: number) => ({
  id: String(index).padStart(32, '0'),
  kind: 'plates.recognizeBatch',
  status: STATUSES[index % STATUSES.length],
  runtimeStatus: 'Running',
  createdDateTime: at(index),
  lastUpdatedDateTime: at(index - 3),
  percentComplete: index % 100,
});

/** An operation that has ended, with its result. */
const ended = (kind: string, result: unknown) => (url: URL) => {
  if (url.pathname.endsWith('/result')) return result;
  const monitor = { ...monitorOf(0), id: OPERATION, kind, status: 'Succeeded', runtimeStatus: 'Completed' };
  return { ...monitor, percentComplete: 100, resultLocation: `${url.origin}/status/${OPERATION}/result` };
};

const plates = Array.from({ length: 1_000 }, (_, index) => ({
  imageId: index,
  plateNumber: `AB${1_000 + index}C`,
  confidence: 0.9,
  box: { x: 300, y: 300, width: 200, height: 50 },
  candidates: [0.9, 0.5, 0.1].map((confidence, other) => ({ plateNumber: `AB${1_000 + index}C${other}`, confidence })),
}));
const PICTURE = path.join(SAMPLES, '10022.jpg');

const mappings = Array.from({ length: 20_000 }, (_, index) => ({
  entry: {
    id: String(index),
    date: at(index * 600),
    desc: `Company ${index}`,
    msg: `Invoice ${index}`,
    amount: index,
    currency: 'EUR',
    type: 'Debit',
  },
  main: {
    item: { type: 'Vendor', no: `V${index % 900}`, name: `Vendor ${index % 900}` },
    similarity: (index % 35) / 10,
    recommended: index % 3 === 0,
    type: 'Text to Text',
    details: { name_sim: 0.8, amount_match: 0.7 },
  },
  alternatives: [],
}));

const REQUESTS = 10_000;

/** The queue of an endpoint; `skipToken` is the sequence below which a page is. */
function endpoint(url: URL): unknown {
  if (url.pathname.endsWith('/stats')) {
    const minute = (index: number) => ({
      dateTime: at((60 - index) * 60),
      queued: index,
      running: 4,
      finished: 9,
      failed: 0,
    });
    return { value: Array.from({ length: 60 }, (_, index) => minute(index)) };
  }
  const settings = { id: 'gpu', worker: null, workers: 4, maxSyncWaiting: 100, maxQueued: REQUESTS };
  if (!url.pathname.endsWith('/requests')) return { ...settings, signsWebhooks: false, createdDateTime: at(0) };
  const below = Number(url.searchParams.get('skipToken') ?? REQUESTS + 1);
  const rows = Array.from({ length: Math.min(PAGE, below - 1) }, (_, index) => requestOf(below - 1 - index));
  const next = new URL(url);
  next.searchParams.set('skipToken', String(below - rows.length));
  return { value: rows, ...(below - rows.length > 1 && { nextLink: next.href }) };
}

const requestOf = (sequence: number) => ({
  id: `00000000-0000-4000-8000-${String(sequence).padStart(12, '0')}`,
  sequence: String(sequence),
  mode: 'async',
  status: 'queueing',
  message: `position ${sequence}`,
  createdDateTime: at(REQUESTS - sequence),
  expiresDateTime: at(-900),
});

export const LISTS: readonly List[] = [
  {
    name: '10,000 operations',
    view: '/console/operations',
    scrolls: '.virtual-table',
    answer: (url) => page(url, 10_000, monitorOf),
  },
  {
    name: '1,000 images',
    view: `/console/plates?operation=${OPERATION}`,
    scrolls: '.plate-grid',
    answer: ended('plates.recognizeBatch', { results: plates }),
  },
  {
    name: '20,000 lines',
    view: `/console/bank-statements?operation=${OPERATION}`,
    scrolls: '.virtual-table',
    answer: ended('bankMap.map', { company: 'Company', mappings, info: {} }),
  },
  { name: '10,000 requests', view: '/console/serverless/gpu', scrolls: '.virtual-table', answer: endpoint },
];

/** Answers a call as the app does: as an event for a stream of events, else as JSON. */
export function answerWith({ answer }: List, route: Route): Promise<void> {
  const url = new URL(route.request().url());
  if (url.pathname.endsWith('/image')) return route.fulfill({ contentType: 'image/jpeg', path: PICTURE });
  const body = JSON.stringify(answer(url));
  if (!url.pathname.endsWith('/events')) return route.fulfill({ contentType: 'application/json', body });
  return route.fulfill({ contentType: 'text/event-stream', body: `data: ${body}\n\n` });
}
