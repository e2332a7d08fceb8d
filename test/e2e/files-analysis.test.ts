import { randomUUID } from 'node:crypto';
import { startStack, type Stack } from '../support/test-stack.js';
import { AnalysisClient, isFinal, keyIn, type LiveEvent } from '../support/analyzed-files.js';
import { type Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { startFakeService, type FakeService } from '../support/fake-service.js';
import { startWebhookReceiver } from '../support/webhook-receiver.js';

/** Analyses of files with short times; the analyzer is the test (docs/files-analysis.md). */

const KEY_SECONDS = 2;

let stack: Stack;
let analyzer: FakeService;
let app: AnalysisClient;

beforeAll(async () => {
  analyzer = await startFakeService([{ status: 202 }]);
  stack = await startStack({
    external: { analyzer: analyzer.url },
    env: {
      FILES_ANONYMOUS: 'true',
      FILES_KEY_SECONDS: String(KEY_SECONDS),
      FILES_KEY_MINUTES: '0.1',
      ANALYSIS_TIMEOUT: '8',
      EVENTS_HEARTBEAT_MS: '300',
      FILES_MAX_RESULT_MB: '1',
    },
  });
  app = AnalysisClient.of(stack);
});
afterAll(async () => {
  await stack.stop();
  await analyzer.close();
});

const SCENES = Array.from({ length: 250 }, (_, index) => ({ number: index + 1, findings: index % 2 ? [{}] : [] }));

describe('the whole flow', () => {
  test('a file is uploaded, downloaded by its key, analyzed, and its result is read', async () => {
    const started = await app.start('INT. HOUSE\nНАТ. ДОМ', { comment: 'Please look at scene 3.' });
    expect(started).toMatchObject({ user: 1, violations: [], violations_quantity: 0, upload_ai: null });
    expect(started.status_file).toBe('processing');
    expect(started.token).toMatch(/^[0-9a-f]{32}$/);
    const told = await eventually(() => {
      const requests = analyzer.bodies.map((body) => JSON.parse(body || '{}') as { refer?: string; url?: string });
      return Promise.resolve(requests.find(({ url }) => url?.startsWith(stack.url)));
    }, 'the request to the analyzer');
    expect(told.url).toBe(`${stack.url}/download/${told.refer}/`);
    const key = told.refer ?? '';

    const response = await app.download(key);
    expect([response.status, await response.text()]).toEqual([200, 'INT. HOUSE\nНАТ. ДОМ']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain',
      'content-disposition': `attachment; filename="script.txt"; filename*=UTF-8''script.txt`,
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'x-user-id': '1',
      'x-file-target-audience': '12+',
      'x-refer-key': key,
    });

    const result = { title: 'Дом', scenes: SCENES, comment: 'Mild.', rating: 'mild' };
    const recorded = await app.record(key, result);
    expect([recorded.status, (recorded.body as { status_file?: string }).status_file]).toEqual([200, 'ready']);
    expect(await app.until(started.id, isFinal)).toMatchObject({
      status_file: 'db_ready',
      violations_quantity: 125,
      upload_ai: expect.any(Number) as number,
    });

    const first = await app.get(`/cinema/${started.id}/result/?limit=100`);
    expect(first.body).toEqual({ title: 'Дом', comment: 'Mild.', rating: 'mild', scenes: SCENES.slice(0, 100) });
    expect(first.headers.get('x-total-count')).toBe('250');
    const [, next = ''] = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '') ?? [];
    expect(next).toContain('offset=100');
    const last = await app.get(`/cinema/${started.id}/result/?limit=100&offset=200`);
    expect((last.body as unknown as { scenes: unknown }).scenes).toEqual(SCENES.slice(200));
    expect(last.headers.get('link')).not.toContain('next');

    const monitor = await app.client.finished(started.operationId);
    expect(monitor).toMatchObject({
      kind: 'files.analyze',
      status: 'Succeeded',
      progress: { total: 4, completed: 4, failed: 0 },
      result: { analysisId: started.id, violationsQuantity: 125, scenes: 250 },
    });
  });
});

/** Whether a key opens the download; a request for headers does not begin it. */
const isValid = async (key: string) =>
  (await fetch(`${stack.url}/download/${key}/`, { method: 'HEAD' })).status === 200;

/** Collects events of an analysis until it ends. */
async function follow(path: string, headers: Record<string, string> = {}) {
  const events: LiveEvent[] = [];
  for await (const { data } of app.events(path, headers)) events.push(data);
  return events;
}

describe('the key', () => {
  test('is replaced until no download can begin any more; one key is valid at a time', async () => {
    const started = await app.start();
    const keys: string[] = [];
    const statuses: string[] = [];
    for await (const { data } of app.events(`/sse/${started.token}/`)) {
      statuses.push(data.status_file);
      if (data.url === null) break;
      keys.push(keyIn(data.url));
      const valid = await Promise.all(keys.map(isValid));
      expect(valid).toEqual(keys.map((_, index) => index === keys.length - 1));
    }
    expect(statuses).toEqual(['processing', 'processing', 'processing', 'error']);
    expect(new Set(keys).size).toBe(3);
    expect(await Promise.all(keys.map(isValid))).toEqual([false, false, false]);
    expect(await app.client.finished(started.operationId)).toMatchObject({
      status: 'Failed',
      error: { code: 'DownloadNotBegun', message: 'No download began within 6 seconds.' },
    });
    expect(analyzer.bodies.filter((body) => keys.some((key) => body.includes(key)))).toHaveLength(3);
  });

  test('stays from the begin of the download until the result must have come', async () => {
    const started = await app.start();
    const key = await app.key(started);
    expect((await app.download(key)).status).toBe(200);
    const begun = Date.now();
    const events = await follow(`/sse/${started.id}/`);
    expect(Date.now() - begun).toBeGreaterThan(7_000);
    expect(events).toEqual([
      { status_file: 'processing', url: `${stack.url}/download/${key}/` },
      { status_file: 'error', url: null },
    ]);
    expect(await app.client.finished(started.operationId)).toMatchObject({
      status: 'Failed',
      error: { code: 'AnalysisTimeout' },
    });
    expect([(await app.download(key)).status, (await app.record(key, {})).status]).toEqual([404, 404]);
  });

  test('an unknown key, an old one and one whose analysis failed have the same answer', async () => {
    const started = await app.start();
    const key = await app.key(started);
    await app.client.post(`/status/${started.operationId}:cancel`);
    await app.until(started.id, isFinal);
    const answers = await Promise.all(
      [key, '0'.repeat(32)].map(async (each) => {
        const answer = await app.get(`/download/${each}/`);
        return [answer.status, answer.text, answer.headers.get('x-ms-error-code')];
      }),
    );
    const expected = [404, '{"errors":"The key is unknown, or is not valid any more."}', 'KeyNotFound'];
    expect(answers).toEqual([expected, expected]);
  });

  test('is not in the monitor', async () => {
    const started = await app.start();
    const key = await app.key(started);
    const { text } = await app.get(`/status/${started.operationId}`);
    expect(text).not.toContain(key);
    expect(text).not.toContain(started.token);
  });
});

describe('an operation', () => {
  test('that is canceled ends its analysis, and no key is valid', async () => {
    const started = await app.start();
    const key = await app.key(started);
    expect((await app.client.post(`/status/${started.operationId}:cancel`)).status).toBe(202);
    expect((await app.client.finished(started.operationId)).status).toBe('Canceled');
    expect(await app.analysis(started.id)).toMatchObject({ status_file: 'error', upload_ai: null });
    expect(await isValid(key)).toBe(false);
    expect(await app.event(started)).toEqual({ status_file: 'error', url: null });
  });

  test('that is deleted leaves the analysis and its result', async () => {
    const started = await app.start();
    const { answers } = await app.recordAll(started, [{ scenes: SCENES }]);
    expect(answers.map(({ status }) => status)).toEqual([200]);
    await app.client.finished(started.operationId);
    expect((await app.client.send('DELETE', `/status/${started.operationId}`)).status).toBe(204);
    expect(await app.analysis(started.id)).toMatchObject({ status_file: 'db_ready' });
    expect((await app.get(`/cinema/${started.id}/result/?limit=1`)).body).toEqual({ scenes: [SCENES[0]] });
  });
});

describe('a restart', () => {
  test('has a new key and a new operation; the result of before is kept until there is a new one', async () => {
    const started = await app.start();
    const key = await app.key(started);
    expect((await app.post(`/cinema/${started.id}/restart/`)).status).toBe(409);
    await app.record(key, { version: 1, scenes: SCENES });
    await app.until(started.id, isFinal);

    const again = await app.restart(started.id);
    expect(again).toMatchObject({ id: started.id, status_file: 'processing', upload_ai: null, token: started.token });
    expect(again.operationId).not.toBe(started.operationId);
    const newKey = await app.key(started);
    expect([newKey === key, await isValid(newKey), await isValid(key)]).toEqual([false, true, false]);
    expect((await app.record(key, {})).status).toBe(404);
    expect((await app.get(`/cinema/${started.id}/result/?limit=1`)).body).toMatchObject({ version: 1 });

    await app.record(newKey, { version: 2, scenes: [{ only: true }] });
    await app.until(started.id, isFinal);
    expect((await app.get(`/cinema/${started.id}/result/`)).body).toEqual({ version: 2, scenes: [{ only: true }] });
    expect((await app.client.finished(again.operationId)).status).toBe('Succeeded');
  });

  test('of an analysis that does not exist is a 404', async () => {
    expect((await app.post('/cinema/999999/restart/')).status).toBe(404);
  });
});

describe('a result', () => {
  test('is taken once', async () => {
    const started = await app.start();
    const results = Array.from({ length: 5 }, (_, n) => ({ n, scenes: SCENES }));
    const { key, answers } = await app.recordAll(started, results);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    const { upload_ai: file } = await app.until(started.id, isFinal);
    const second = await app.post(`/download/${key}/`, { late: true });
    expect([second.status, second.headers.get('x-ms-error-code')]).toEqual([409, 'ResultAlreadyStored']);
    expect((await app.analysis(started.id)).upload_ai).toBe(file);
  });

  test('may come as a file of a form, to the URL of the download, without a download', async () => {
    const started = await app.start();
    const key = await app.key(started);
    const form = new FormData();
    form.append('file', new File(['{"from":"a form"}'], 'result.json'));
    expect((await app.client.send('POST', `/download/${key}/`, { body: form })).status).toBe(200);
    await app.until(started.id, isFinal);
    const { body, headers } = await app.get(`/cinema/${started.id}/result/`);
    expect([body, headers.get('x-total-count')]).toEqual([{ from: 'a form' }, '0']);
  });

  test('keeps every byte of every scene', async () => {
    const started = await app.start();
    const scenes = [
      '{"n":12345678901234567890,"a":1.10}',
      `{"text":"${'я'.repeat(29_999)}😀${'"\\n'.slice(1)}${'😀'.repeat(40_000)}"}`,
      '"a text"',
      'null',
      `[${'{"a":"\\ud800"},'.repeat(1_000)}1]`,
    ];
    const json = `{"b": {"scenes":[1]} ,"scenes": [${scenes.join(' , ')}],"z":0.10}`;
    const key = await app.key(started);
    const headers = { 'X-Refer-Key': key, 'Content-Type': 'application/octet-stream' };
    expect((await app.client.send('POST', '/record/', { headers, body: json })).status).toBe(200);
    await app.until(started.id, isFinal);
    const { text } = await app.get(`/cinema/${started.id}/result/`);
    const isSame = text === `{"b":{"scenes":[1]},"z":0.10,"scenes":[${scenes.join(',')}]}`;
    expect(isSame).toBe(true); // a diff would be long
  });

  test('that says that the analyzer failed ends the analysis', async () => {
    const started = await app.start();
    const error = { code: 'ParserFailed', message: `The pdf is damaged.\n\u0007${'x'.repeat(400)}` };
    const answer = await app.record(await app.key(started), { error });
    expect([answer.status, (answer.body as { status_file?: string }).status_file]).toEqual([200, 'error']);
    const monitor = await app.client.finished(started.operationId);
    expect(monitor.status).toBe('Failed');
    expect(monitor.error?.code).toBe('AnalyzerFailed');
    expect(monitor.error?.message).toMatch(/^The analyzer failed: The pdf is damaged\. x{270,} \(ParserFailed\)$/);
  });

  test.each<[string, string | undefined, number, string]>([
    ['no body', undefined, 400, 'The body is empty; send the result as JSON.'],
    ['no JSON', '{"a":', 400, 'The result: The text is not JSON at byte 5.'],
    ['an array', '[1]', 400, 'The result is not a JSON object.'],
    ['a text', '"a"', 400, 'The result is not a JSON object.'],
    ['deep', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`, 413, 'The result: it has more than 100 levels.'],
    ['a long scene', `{"scenes":["${'x'.repeat(500_000)}"]}`, 413, 'scenes[0]: it has 500002 bytes, at most 500000.'],
    ['many scenes', `{"scenes":[${'0,'.repeat(20_000)}0]}`, 413, 'scenes: it has more than 20000 parts.'],
    [
      'too large',
      `{"a":"${'x'.repeat(1_000_000)}"}`,
      413,
      'The result is longer than the 1000000 bytes that this call takes.',
    ],
  ])('is refused: %s', async (_name, body, status, message) => {
    const started = await app.start();
    const headers = { 'X-Refer-Key': await app.key(started), 'Content-Type': 'application/json' };
    const answer = await app.client.send('POST', '/record/', { headers, ...(body !== undefined && { body }) });
    expect([answer.status, answer.body]).toEqual([status, { errors: message }]);
    expect(await app.analysis(started.id)).toMatchObject({ status_file: 'processing', upload_ai: null });
  });

  test.each(['', 'short', '0'.repeat(32), `${'0'.repeat(32)}'`])('is refused for the key "%s"', async (key) => {
    expect((await app.post('/record/', {}, { 'X-Refer-Key': key })).status).toBe(404);
  });

  test('that has not come is a 404', async () => {
    const started = await app.start();
    const { status, headers } = await app.get(`/cinema/${started.id}/result/`);
    expect([status, headers.get('x-ms-error-code')]).toEqual([404, 'AnalysisResultNotReady']);
    expect((await app.get('/cinema/999999/result/')).status).toBe(404);
  });
});

describe('a download', () => {
  const TEXT = 'INT. HOUSE - DAY\n'.repeat(100);
  const SIZE = TEXT.length;
  let key: string;
  let etag: string;
  let modified: string;

  beforeEach(async () => {
    key = await app.key(await app.start(TEXT));
    const response = await app.download(key);
    await response.arrayBuffer();
    etag = response.headers.get('etag') ?? '';
    modified = response.headers.get('last-modified') ?? '';
  });

  const rangeOf = async (headers: Record<string, string>) => {
    const response = await app.download(key, headers);
    const shown = [response.status, response.headers.get('content-range'), response.headers.get('content-length')];
    return [...shown, await response.text()];
  };
  const part = (start: number, end: number) =>
    [206, `bytes ${start}-${end - 1}/${SIZE}`, String(end - start), TEXT.slice(start, end)] as const;
  const whole = [200, null, String(SIZE), TEXT];

  test('has parts', async () => {
    expect(await rangeOf({})).toEqual(whole);
    expect(await rangeOf({ Range: 'bytes=0-9' })).toEqual(part(0, 10));
    expect(await rangeOf({ Range: 'bytes=1690-' })).toEqual(part(1690, SIZE));
    expect(await rangeOf({ Range: 'bytes=-7' })).toEqual(part(SIZE - 7, SIZE));
    expect(await rangeOf({ Range: 'bytes=0-99999' })).toEqual(part(0, SIZE));
    expect(await rangeOf({ Range: 'bytes=0-1,3-4' })).toEqual(whole);
    expect(await rangeOf({ Range: 'bytes=5-1' })).toEqual(whole);
    const [status, range, , text] = await rangeOf({ Range: `bytes=${SIZE}-` });
    expect([status, range, text]).toEqual([416, `bytes */${SIZE}`, `{"errors":"Range: the file has ${SIZE} bytes."}`]);
  });

  test('has parts of the file that the client knows', async () => {
    const Range = 'bytes=3-5';
    expect(await rangeOf({ Range, 'If-Range': etag })).toEqual(part(3, 6));
    expect(await rangeOf({ Range, 'If-Range': modified })).toEqual(part(3, 6));
    expect(await rangeOf({ Range, 'If-Range': '"another"' })).toEqual(whole);
    expect(await rangeOf({ Range, 'If-Range': 'Sat, 01 Jan 2000 00:00:00 GMT' })).toEqual(whole);
  });

  test('is described by HEAD, which begins none', async () => {
    const fresh = await app.start(TEXT);
    const freshKey = await app.key(fresh);
    const head = (headers: Record<string, string>) =>
      fetch(`${stack.url}/download/${freshKey}/`, { method: 'HEAD', headers });
    const [response, ranged] = [await head({}), await head({ Range: 'bytes=2-3' })];
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(SIZE)]);
    expect([ranged.status, ranged.headers.get('content-range')]).toEqual([206, `bytes 2-3/${SIZE}`]);
    expect((await head({ Range: 'bytes=99999-' })).status).toBe(416);
    expect((await app.client.until(fresh.operationId, ({ progress }) => progress?.completed === 1)).status).toBe(
      'Running',
    );
    expect(await eventually(async () => ((await app.key(fresh)) === freshKey ? undefined : true))).toBe(true);
  });

  test('is not possible after the file was deleted', async () => {
    const started = await app.start();
    const other = await app.key(started);
    expect((await app.client.send('DELETE', `/files/${started.upload}/`)).status).toBe(204);
    const answer = await app.get(`/download/${other}/`);
    expect([answer.status, answer.headers.get('x-ms-error-code')]).toEqual([404, 'FileNotFound']);
  });
});

describe('live events', () => {
  test('are the same by number, by token, at the URL of the download and under the old prefix', async () => {
    const started = await app.start();
    const old = new AnalysisClient(stack.url, '/api/v1/wink');
    const firstOf = async (client: AnalysisClient, path: string) => {
      for await (const { data } of client.events(path)) return data;
      return undefined;
    };
    const event = await app.event(started);
    for (const path of [`/sse/${started.id}`, `/download/${started.id}/`, `/download/${started.token}/`])
      expect(await firstOf(app, path)).toEqual(event);
    const url = event.url?.replace('/download/', '/api/v1/wink/download/');
    expect(await firstOf(old, `/sse/${started.token}/`)).toEqual({ ...event, url });
    expect((await fetch(url ?? '', { method: 'HEAD' })).status).toBe(200);
  });

  test('tell each change, and end when it is final; the client that has the end gets 204', async () => {
    const started = await app.start();
    const events: { id: string; data: LiveEvent }[] = [];
    for await (const event of app.events(`/sse/${started.token}/`)) {
      events.push(event);
      if (events.length === 1) await app.record(keyIn(event.data.url ?? ''), { scenes: SCENES });
    }
    const statuses = events.map(({ data }) => data.status_file);
    expect([statuses[0], statuses.at(-1)]).toEqual(['processing', 'db_ready']);
    expect(events.slice(1).map(({ data }) => data.url)).toEqual(events.slice(1).map(() => null));
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': events.at(-1)?.id ?? '' };
    expect((await app.get(`/sse/${started.token}/`, headers)).status).toBe(204);
    const before = await app.get(`/sse/${started.token}/`, { ...headers, 'Last-Event-ID': events[0]?.id ?? '' });
    expect(before.text).toContain('"db_ready"');
  });

  test('are not repeated to a client that has the latest; silence is broken by comments', async () => {
    const started = await app.start();
    const key = await app.key(started);
    await (await app.download(key)).text(); // the key stays
    let known = '';
    for await (const { id } of app.events(`/sse/${started.token}/`)) {
      known = id;
      break;
    }
    let comments = 0;
    const resumed = app.events(`/sse/${started.token}/`, { 'Last-Event-ID': known }, () => comments++);
    const first = resumed.next();
    await eventually(() => Promise.resolve(comments >= 3 || undefined), 'comments');
    await app.record(key, {});
    expect(['ready', 'db_ready']).toContain(((await first).value as { data: LiveEvent }).data.status_file);
    await resumed.return(undefined);
  });

  test.each([
    ['/sse/999999/', 404],
    [`/sse/${'0'.repeat(32)}/`, 404],
    [`/download/${'0'.repeat(32)}/`, 404],
    ['/sse/no-number/', 404],
  ])('%s: %i', async (path, status) => {
    expect((await app.get(path, { Accept: 'text/event-stream' })).status).toBe(status);
  });

  test('are all that a number opens at the URL of a download', async () => {
    const { id } = await app.start();
    expect((await app.get(`/download/${id}/`)).status).toBe(404);
  });
});

describe('the list of analyses', () => {
  test('has pages in the order in which they were made', async () => {
    const ids = [(await app.start()).id, (await app.start()).id];
    const everything = await app.get('/cinema/?limit=1000');
    expect(everything.text).toMatch(/^\[/);
    const all = everything.body as unknown as { id: number }[];
    expect(all.map(({ id }) => id).slice(-2)).toEqual(ids);
    const page = await app.get(`/cinema/?limit=1&offset=${all.length - 2}`);
    expect(page.body).toEqual([await app.analysis(ids[0] ?? 0)]);
    expect(page.headers.get('link')).toContain(`limit=1&offset=${all.length - 1}>; rel="next"`);
  });

  test('of a file has its analyses only', async () => {
    const { upload } = await app.start();
    const first = await app.get(`/cinema/?upload=${upload}`);
    expect(first.body).toMatchObject([{ upload }]);
    expect((await app.get('/cinema/?upload=2147483647')).body).toEqual([]);
  });

  test.each(['limit=0', 'limit=1001', 'limit=a', 'offset=-1', 'upload=0'])('refuses %s', async (query) => {
    const { status, body } = await app.get(`/cinema/?${query}`);
    expect([status, Object.keys(body)]).toEqual([400, ['errors']]);
  });
});

describe('a start', () => {
  const file = new File(['text'], 'script.txt');

  test('takes the number of a file, as JSON and in a form, and the user', async () => {
    const { upload } = await app.start();
    const headers = { 'X-User-ID': '7' };
    const json = await app.post('/cinema/', { file_id: upload, target_audience: '0+' }, headers);
    expect([json.status, json.body]).toMatchObject([201, { upload, user: 7 }]);
    const form = await app.form({ file_id: String(upload), target_audience: '18+', comment: '' }, headers);
    expect([form.status, form.body]).toMatchObject([201, { upload, user: 7 }]);
  });

  test.each<[string, Record<string, string | File>, number, string]>([
    ['nothing', {}, 400, 'target_audience: expected one of 0+, 6+, 12+, 16+, 18+'],
    ['no audience', { upload: file }, 400, 'target_audience: expected one of'],
    ['another audience', { upload: file, target_audience: '21+' }, 400, 'target_audience: expected one of'],
    ['no file', { target_audience: '0+' }, 400, 'upload: send a file, or its number as file_id.'],
    ['a file and a number', { upload: file, file_id: '1', target_audience: '0+' }, 400, 'file_id: send a file or'],
    ['a number that is none', { file_id: 'one', target_audience: '0+' }, 400, 'file_id: expected the number of a file'],
    ['the number zero', { file_id: '0', target_audience: '0+' }, 400, 'file_id: expected the number of a file'],
    ['an unknown file', { file_id: '999999', target_audience: '0+' }, 404, 'There is no file 999999.'],
    ['a file in another field', { file, target_audience: '0+' }, 400, 'file: expected the file as upload.'],
    ['another field', { upload: file, target_audience: '0+', more: 'x' }, 400, 'more: there is no such text field'],
    [
      'a long comment',
      { upload: file, target_audience: '0+', comment: 'x'.repeat(10_001) },
      400,
      'comment: expected at',
    ],
    ['another type', { upload: new File(['MZ'], 'a.exe'), target_audience: '0+' }, 415, 'upload: the file name ends'],
  ])('is refused: %s', async (_name, fields, status, message) => {
    const before = ((await app.get('/files/?limit=1000')).body as unknown as unknown[]).length;
    const answer = await app.form(fields);
    expect([answer.status, answer.body]).toEqual([status, { errors: expect.stringContaining(message) as string }]);
    expect(((await app.get('/files/?limit=1000')).body as unknown as unknown[]).length).toBe(before);
  });

  test.each<[string, unknown, Record<string, string>, number]>([
    ['no JSON object', [], {}, 400],
    ['no file', { target_audience: '0+' }, {}, 400],
    ['a number as text', { file_id: '1e3', target_audience: '0+' }, {}, 400],
    ['an unknown file', { file_id: 999_999, target_audience: '0+' }, {}, 404],
    ['a bad user', { file_id: 1, target_audience: '0+' }, { 'X-User-ID': '-1' }, 400],
    ['another media type', { file_id: 1, target_audience: '0+' }, { 'Content-Type': 'text/csv' }, 415],
  ])('as JSON is refused: %s', async (_name, body, headers, status) => {
    const answer = await app.post('/cinema/', body, headers);
    expect([answer.status, Object.keys(answer.body)]).toEqual([status, ['errors']]);
  });

  test.each(['/cinema/999999/', '/cinema/0/', '/cinema/abc/'])('%s is not found', async (path) => {
    expect((await app.get(path)).status).toBe(404);
  });
});

describe('a start with Operation-Id', () => {
  const file = (text: string) => new File([text], 'script.txt');
  const start = (id: string, fields: Record<string, string | File> = {}, headers: Record<string, string> = {}) =>
    app.form({ upload: file('INT.'), target_audience: '12+', ...fields }, { 'Operation-Id': id, ...headers });
  const files = async () => ((await app.get('/files/?limit=1000')).body as unknown as object[]).length;
  const codeOf = ({ status, headers }: Answer) => [status, headers.get('x-ms-error-code')];

  test('again is the same analysis, and its file is stored once', async () => {
    const id = randomUUID();
    const first = app.started(await start(id, { comment: 'Once.' }), 201);
    expect(first.operationId).toBe(id);
    const stored = await files();
    expect(app.started(await start(id, { comment: 'Once.' }), 201)).toEqual(first);
    expect(await files()).toBe(stored);
    for (const [fields, headers] of [
      [{ comment: 'Twice.' }, {}],
      [{ comment: 'Once.', upload: file('EXT.') }, {}],
      [{ comment: 'Once.' }, { 'X-User-ID': '7' }],
      [{ comment: 'Once.' }, { 'Webhook-Url': 'https://receiver.example.com/' }],
    ] as const)
      expect(codeOf(await start(id, fields, headers))).toEqual([400, 'OperationIdReused']);
    expect(await files()).toBe(stored);
    const comments = (await app.get('/comments/?limit=1000')).body as unknown as { refer_file: number }[];
    expect(comments.filter(({ refer_file: number }) => number === first.id)).toHaveLength(1);
    expect(codeOf(await app.form({ target_audience: '12+' }, { 'Operation-Id': 'short' }))).toEqual([
      400,
      'InvalidOperationId',
    ]);
  });

  test('at the same time is one analysis with one file', async () => {
    const id = randomUUID();
    const before = await files();
    const answers = await Promise.all([start(id), start(id), start(id)]);
    const [first, ...others] = answers.map((answer) => app.started(answer, 201));
    for (const other of others) expect(other).toMatchObject({ id: first?.id, upload: first?.upload });
    expect(await files()).toBe(before + 1);
  });

  test('of another operation is refused', async () => {
    const id = randomUUID();
    await app.post('/plates/recognize', { imageId: 9965 }, { 'Operation-Id': id });
    const before = await files();
    expect(codeOf(await start(id))).toEqual([400, 'OperationIdReused']);
    expect(await files()).toBe(before);
  });

  test('restarts an analysis once, also after its end', async () => {
    const { id, operationId } = await app.start();
    await app.client.post(`/status/${operationId}:cancel`);
    await app.until(id, isFinal);
    const again = randomUUID();
    const restart = (headers: Record<string, string> = {}) =>
      app.post(`/cinema/${id}/restart/`, undefined, { 'Operation-Id': again, ...headers });
    const answers = await Promise.all([restart(), restart()]);
    for (const answer of answers) expect(app.started(answer, 200)).toMatchObject({ id, operationId: again });
    await app.client.post(`/status/${again}:cancel`);
    await app.until(id, isFinal);
    expect(app.started(await restart(), 200)).toMatchObject({ operationId: again, status_file: 'error' });
    expect((await app.analysis(id)).status_file).toBe('error');
    expect(codeOf(await start(again))).toEqual([400, 'OperationIdReused']);
  });
});

test('the end of an analysis is posted to the webhook of its start, and of its restart', async () => {
  const receiver = await startWebhookReceiver();
  try {
    const [first, second] = [randomUUID(), randomUUID()];
    const webhook = (id: string) => ({ 'Webhook-Url': `${receiver.url}/hook?requestID=${id}` });
    const { upload } = await app.start();
    const json = { file_id: upload, target_audience: '12+' };
    const { id } = app.started(await app.post('/cinema/', json, { 'Operation-Id': first, ...webhook(first) }), 201);
    await app.client.post(`/status/${first}:cancel`);
    expect(JSON.parse((await receiver.taken(first)).body)).toMatchObject({
      type: 'operation.canceled',
      data: { id: first, kind: 'files.analyze' },
    });
    app.started(
      await app.post(`/cinema/${id}/restart/`, undefined, { 'Operation-Id': second, ...webhook(second) }),
      200,
    );
    await app.client.post(`/status/${second}:cancel`);
    expect(JSON.parse((await receiver.taken(second)).body)).toMatchObject({ data: { id: second } });
    const refused = await app.post('/cinema/', json, { 'Webhook-Url': 'ftp://a.test/?token=SECRET' });
    expect([refused.status, refused.headers.get('x-ms-error-code')]).toEqual([400, 'WebhookRefused']);
    expect(refused.text).not.toContain('SECRET');
  } finally {
    await receiver.close();
  }
});
