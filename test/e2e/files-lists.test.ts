import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Workbook } from 'exceljs';
import { ROOT } from '../../dev/plan.js';
import { startStack, type Stack } from '../support/test-stack.js';
import { ANALYSES } from '../../src/files/names.js';
import { createComments, createRecommendations } from '../../src/files/lists/added-rows.js';
import { NumberedRows } from '../../src/files/numbered-rows.js';
import { createTableStore, type TableStore } from '../../src/platform/storage.js';
import { Client, type Answer } from '../support/client.js';
import { writeViolationsSheet } from '../support/violations-sheet.js';

let stack: Stack;
let app: Client;
let table: TableStore;
/** Numbers of an analysis and of a comment. */
let analysis: number;
let comment: number;

beforeAll(async () => {
  stack = await startStack();
  app = new Client(stack.url);
  table = createTableStore(stack.storage.connectionString, 'files');
  analysis = (await new NumberedRows(table, ANALYSES).add({ status: 'processing' })) ?? 0;
  const answer = await app.post('/comments/', good());
  comment = (bodyOf(answer) as { id: number }).id;
});
afterAll(() => stack.stop());

const bodyOf = ({ body }: Answer): unknown => body;
const ended = (answer: Answer) => [answer.status, bodyOf(answer)];
const good = () => ({ comment: 'Good', refer_file: analysis, comment_author: 'User' });
const rated = () => ({ comments_user: comment, rating: 'mild', refer: analysis, violations_quantity: 3 });
const id = expect.any(Number) as number;
const created_at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

/** The numbers of a list, page by page, by the links of the answers. */
async function numbersBy(first: string): Promise<number[][]> {
  const pages: number[][] = [];
  for (let next: string | undefined = first; next !== undefined;) {
    const answer = await app.get(next);
    pages.push((bodyOf(answer) as { id: number }[]).map((row) => row.id));
    next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  return pages;
}

describe('comments', () => {
  test('are added, read and listed in the order made', async () => {
    const answer = await app.post('/comments/', {
      ...good(),
      comment: 'Ещё один 🙂\n"x"',
      comment_author: 'AI',
      id: 99,
    });
    const shown = { id, ...good(), comment: 'Ещё один 🙂\n"x"', comment_author: 'AI', created_at };
    expect(ended(answer)).toEqual([201, shown]);
    const made = bodyOf(answer) as { id: number };
    expect(ended(await app.get(`/comments/${made.id}/`))).toEqual([200, made]);
    expect(ended(await app.get(`/comments/${made.id}`))).toEqual([200, made]);
    const list = await app.get('/api/v1/wink/comments/');
    expect(list.status).toBe(200);
    expect((bodyOf(list) as unknown[]).at(-1)).toEqual(made);
  });

  test.each([
    ['application/x-www-form-urlencoded', () => new URLSearchParams(fields())],
    ['multipart/form-data', () => formOf(fields())],
  ])('are added by %s', async (_type, body) => {
    const answer = await app.send('POST', '/comments/', { body: body() });
    expect(ended(answer)).toEqual([201, { id, ...good(), comment: 'М & x', created_at }]);
  });
  const fields = () => ({ comment: 'М & x', refer_file: String(analysis), comment_author: 'User' });
  function formOf(texts: Record<string, string>): FormData {
    const form = new FormData();
    for (const [name, text] of Object.entries(texts)) form.set(name, text);
    return form;
  }

  test('are listed by pages', async () => {
    for (let count = 0; count < 5; count++) await app.post('/comments/', good());
    const [all = []] = await numbersBy('/comments/');
    const pages = await numbersBy('/comments/?limit=3');
    expect(pages.flat()).toEqual(all);
    expect(pages.map(({ length }) => length)).toEqual([
      ...Array.from({ length: Math.ceil(all.length / 3) - 1 }, () => 3),
      all.length % 3 || 3,
    ]);
    const middle = await app.get('/comments/?limit=2&offset=1&code=secret');
    const link = (offset: number, rel: string) => `<${stack.url}/comments/?limit=2&offset=${offset}>; rel="${rel}"`;
    expect(middle.headers.get('link')).toBe(`${link(3, 'next')}, ${link(0, 'prev')}`);
    expect(ended(await app.get('/comments/?offset=1000000'))).toEqual([200, []]);
  });

  test.each([
    [{ comment: undefined }, 'comment: Invalid input: expected string, received undefined.'],
    [{ comment: 5 }, 'comment: Invalid input: expected string, received number.'],
    [{ comment: ' \n' }, 'comment: expected a text that is not empty.'],
    [{ comment: 'x'.repeat(10_001) }, 'comment: Too big: expected string to have <=10000 characters.'],
    [{ comment: '\ud800' }, 'comment: expected Unicode text.'],
    [{ comment_author: undefined }, 'comment_author: Invalid option: expected one of "User"|"AI".'],
    [{ comment_author: 'user' }, 'comment_author: Invalid option: expected one of "User"|"AI".'],
    [{ refer_file: undefined }, 'refer_file: Invalid input: expected number, received undefined.'],
    [{ refer_file: 'x' }, 'refer_file: Invalid input: expected number, received string.'],
    [{ refer_file: 0 }, 'refer_file: Too small: expected number to be >=1.'],
    [{ refer_file: 1.5 }, 'refer_file: Invalid input: expected int, received number.'],
    [{ refer_file: null }, 'refer_file: Invalid input: expected number, received null.'],
    [{ refer_file: 1e15 }, 'refer_file: Too big: expected number to be <=999999999999999.'],
  ])('with %j are refused', async (change, errors) => {
    expect(ended(await app.post('/comments/', { ...good(), ...change }))).toEqual([400, { errors }]);
  });

  test('on no analysis are refused', async () => {
    const answer = await app.post('/comments/', { ...good(), refer_file: 404_404 });
    expect(ended(answer)).toEqual([404, { errors: 'refer_file: there is no analysis 404404.' }]);
    expect(answer.headers.get('x-ms-error-code')).toBe('AnalysisNotFound');
  });

  test.each([
    ['x', 400],
    ['0', 400],
    ['7', 201],
  ])('of the user %s are answered %i', async (user, status) => {
    expect((await app.post('/comments/', good(), { 'X-User-ID': user })).status).toBe(status);
  });

  test('of the largest size are kept', async () => {
    const { body } = await app.post('/comments/', { ...good(), comment: 'Ж'.repeat(10_000) });
    const { comment: text } = bodyOf(await app.get(`/comments/${body.id}/`)) as { comment: string };
    expect(text).toBe('Ж'.repeat(10_000));
  });
});

describe('recommendations', () => {
  test('are added, read and listed', async () => {
    const answer = await app.post('/recommend/', rated());
    expect(ended(answer)).toEqual([201, { id, ...rated() }]);
    const made = bodyOf(answer) as { id: number };
    expect(ended(await app.get(`/recommend/${made.id}/`))).toEqual([200, made]);
    expect((bodyOf(await app.get('/recommend/')) as unknown[]).at(-1)).toEqual(made);
  });

  test('need no comment and no quantity, also as a form', async () => {
    const shown = { id, comments_user: null, rating: '----', refer: analysis, violations_quantity: 0 };
    expect(ended(await app.post('/recommend/', { rating: '----', refer: analysis }))).toEqual([201, shown]);
    const body = new URLSearchParams({ comments_user: '', rating: '----', refer: String(analysis) });
    const { body: row } = await app.send('POST', '/recommend/', { body });
    expect(row).toEqual(shown);
    expect(ended(await app.get(`/recommend/${row.id}`))).toEqual([200, { ...shown, id: row.id }]);
  });

  test.each([
    [{ rating: 'high' }, 400, 'rating: Invalid option: expected one of "----"|"None"|"mild"|"moderate"|"severe".'],
    [{ rating: undefined }, 400, 'rating: Invalid option: expected one of "----"|"None"|"mild"|"moderate"|"severe".'],
    [{ refer: undefined }, 400, 'refer: Invalid input: expected number, received undefined.'],
    [{ refer: 404_404 }, 404, 'refer: there is no analysis 404404.'],
    [{ comments_user: 'x' }, 400, 'comments_user: Invalid input: expected number, received string.'],
    [{ comments_user: 404_404 }, 404, 'comments_user: there is no comment 404404.'],
    [{ violations_quantity: -1 }, 400, 'violations_quantity: Too small: expected number to be >=0.'],
    [{ violations_quantity: 'many' }, 400, 'violations_quantity: Invalid input: expected number, received string.'],
  ])('with %j are refused', async (change, status, errors) => {
    expect(ended(await app.post('/recommend/', { ...rated(), ...change }))).toEqual([status, { errors }]);
  });

  test('every wrong field is named', async () => {
    const { body } = await app.post('/recommend/', { rating: 'high', refer: 0 });
    expect((body as unknown as { errors: string }).errors).toMatch(/^rating: .* 1 more in details\.$/);
  });
});

test.each([
  ['/comments/?refer_file=', 'refer_file'],
  ['/recommend/?refer=', 'refer'],
])('%s gives the rows about an analysis', async (list, field) => {
  const other = (await new NumberedRows(table, ANALYSES).add({ status: 'processing' })) ?? 0;
  for (const about of [other, analysis, other]) {
    await app.post('/comments/', { ...good(), refer_file: about });
    await app.post('/recommend/', { ...rated(), refer: about });
  }
  const first = await app.get(`${list}${other}&limit=1`);
  expect(bodyOf(first)).toMatchObject([{ [field]: other }]);
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const second = await app.get(next);
  expect(bodyOf(second)).toMatchObject([{ [field]: other }]);
  expect(second.headers.get('link')).not.toContain('rel="next"');
  expect(ended(await app.get(`${list}2147483647`))).toEqual([200, []]);
  expect((await app.get(`${list}x`)).status).toBe(400);
});

describe('rows of the analyzer', () => {
  test('of the same text are added once', async () => {
    const comments = createComments(table);
    const row = {
      comment: 'AI',
      refer_file: analysis,
      comment_author: 'AI' as const,
      created_at: '2026-01-01T00:00:00Z',
    };
    const adds = await Promise.all(Array.from({ length: 5 }, () => comments.add(row, 'a/b#?')));
    expect(adds.filter((number) => number !== undefined).length).toBe(1);
    expect(await comments.add(row, 'another')).toBeDefined();
    const recommendations = createRecommendations(table);
    const rating = { rating: 'None' as const, refer: analysis, violations_quantity: 0 };
    expect(await recommendations.add(rating, 'a/b#?')).toBeDefined();
    expect(await recommendations.add(rating, 'a/b#?')).toBeUndefined();
    expect((await numbersBy('/comments/')).flat()).not.toContain(null);
  });
});

describe('violations', () => {
  const threat = { violations: 'Угрозы', violations_comment: '16+: насилие' };

  test('are added, read, changed and deleted', async () => {
    const answer = await app.post('/violations/', threat);
    expect(ended(answer)).toEqual([201, { id, ...threat }]);
    const made = bodyOf(answer) as { id: number };
    const at = `/violations/${made.id}/`;
    expect(ended(await app.get(at))).toEqual([200, made]);
    const other = { violations: 'Other', violations_comment: '' };
    expect(ended(await app.send('PUT', at, asJson(other)))).toEqual([200, { id: made.id, ...other }]);
    expect(ended(await app.send('PUT', '/violations/', asJson({ ...threat, id: made.id })))).toEqual([200, made]);
    expect(ended(await app.get(at))).toEqual([200, made]);
    expect((bodyOf(await app.get('/violations/')) as unknown[]).at(-1)).toEqual(made);
    expect((await app.send('DELETE', at)).status).toBe(204);
    expect((await app.get(at)).status).toBe(404);
    const second = bodyOf(await app.post('/violations/', threat)) as { id: number };
    expect(second.id).toBe(made.id + 1);
    expect((await app.send('DELETE', `/violations/?id=${second.id}`)).status).toBe(204);
  });
  const asJson = (value: unknown) => ({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

  test.each([
    [{ violations: undefined }, 'violations: Invalid input: expected string, received undefined.'],
    [{ violations: '' }, 'violations: expected a text that is not empty.'],
    [{ violations: 'x'.repeat(2_001) }, 'violations: Too big: expected string to have <=2000 characters.'],
    [{ violations_comment: undefined }, 'violations_comment: Invalid input: expected string, received undefined.'],
    [
      { violations_comment: 'x'.repeat(2_001) },
      'violations_comment: Too big: expected string to have <=2000 characters.',
    ],
  ])('with %j are refused', async (change, errors) => {
    const body = { ...threat, ...change };
    expect(ended(await app.post('/violations/', body))).toEqual([400, { errors }]);
    expect(ended(await app.send('PUT', '/violations/1/', asJson(body)))).toEqual([400, { errors }]);
    expect(ended(await app.send('PUT', '/violations/', asJson({ ...body, id: 1 })))).toEqual([400, { errors }]);
  });

  test('a change without a number is refused', async () => {
    const errors = 'id: Invalid input: expected number, received undefined.';
    expect(ended(await app.send('PUT', '/violations/', asJson(threat)))).toEqual([400, { errors }]);
    const missing = { errors: 'id: Invalid input: expected string, received undefined.' };
    expect(ended(await app.send('DELETE', '/violations/'))).toEqual([400, missing]);
  });

  test.each(['PUT', 'DELETE'])('%s of none is answered 404', async (method) => {
    const init = method === 'PUT' ? asJson(threat) : {};
    const none = [404, { errors: 'There is no violation 404404.' }];
    expect(ended(await app.send(method, '/violations/404404/', init))).toEqual(none);
    const query = method === 'PUT' ? '' : '?id=404404';
    const inBody = method === 'PUT' ? asJson({ ...threat, id: 404_404 }) : {};
    expect(ended(await app.send(method, `/violations/${query}`, inBody))).toEqual(none);
  });
});

describe('of every list', () => {
  test.each([
    ['/comments', 'comment'],
    ['/recommend', 'recommendation'],
    ['/violations', 'violation'],
  ])('%s', async (list, name) => {
    const none = (errors: string) => [404, { errors }];
    expect(ended(await app.get(`${list}/404404/`))).toEqual(none(`There is no ${name} 404404.`));
    for (const number of ['0', 'x', '-1', '1.5', '9999999999999999', '%01']) {
      const answer = await app.get(`${list}/${number}/`);
      expect(ended(answer)).toEqual(none(`There is no such ${name}.`));
      expect(answer.headers.get('x-ms-error-code')).toBe('RowNotFound');
    }
    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'offset=-1', 'offset=1000001']) {
      const answer = await app.get(`${list}/?${query}`);
      const errors = expect.stringMatching(new RegExp(`^${query.split('=')[0]}: `)) as string;
      expect(ended(answer)).toEqual([400, { errors }]);
    }
    const send = (body: string, type = 'application/json') =>
      app.send('POST', `${list}/`, { headers: { 'Content-Type': type }, body });
    expect(ended(await send('{'))).toEqual([
      400,
      { errors: expect.stringMatching(/^The body is not JSON: /) as string },
    ]);
    expect(ended(await send('[]'))).toEqual([400, { errors: 'Invalid input: expected object, received array.' }]);
    expect(ended(await send(''))).toEqual([400, { errors: 'The body is empty; send a JSON object.' }]);
    expect(await send('x', 'text/plain')).toMatchObject({
      status: 415,
      body: { errors: expect.stringMatching(/^Content-Type: expected application\/json or /) as string },
    });
    expect((await send(JSON.stringify('x'.repeat(1_100_000)))).status).toBe(413);
    expect((await send('x', 'multipart/form-data; boundary=b')).status).toBe(400);
    const patched = await app.send('PATCH', `${list}/`);
    expect([patched.status, Object.keys(bodyOf(patched) as object)]).toEqual([405, ['errors']]);
  });
});

describe('a spreadsheet of violations', () => {
  const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  const load = (body: Uint8Array<ArrayBuffer>, query = '', type = XLSX) =>
    app.send('POST', `/violations:load${query}`, { headers: { 'Content-Type': type }, body });
  const all = async () => bodyOf(await app.get('/violations/?limit=1000')) as object[];
  const sheetOf = async (...rows: string[][]) => {
    const book = new Workbook();
    book.addWorksheet().addRows([['violations', 'context', 'age'], ...rows]);
    return new Uint8Array(await book.xlsx.writeBuffer());
  };

  test('replaces the list, after a try that changes nothing; known rows keep their numbers', async () => {
    const kept = { violations: 'Fights', violations_comment: '16+: violence' };
    const { id: number } = bodyOf(await app.post('/violations/', kept)) as { id: number };
    const before = await all();
    const sheet = await sheetOf(['violence', 'Fights', '16+'], ['fear', 'Ghosts', '12+']);
    const report = { rows: 2, added: 1, kept: 1, removed: before.length - 1 };
    expect(ended(await load(sheet, '?dryRun=true'))).toEqual([200, { ...report, dryRun: true }]);
    expect(await all()).toEqual(before);
    expect(ended(await load(sheet))).toEqual([200, { ...report, dryRun: false }]);
    const loaded = await all();
    expect(loaded).toEqual([
      { id: number, ...kept },
      { id: number + 1, violations: 'Ghosts', violations_comment: '12+: fear' },
    ]);
    const again = { rows: 2, added: 0, kept: 2, removed: 0, dryRun: false };
    expect(ended(await load(sheet, '', 'application/octet-stream'))).toEqual([200, again]);
    expect(await all()).toEqual(loaded);
  });

  test('that cannot be loaded is refused by row and column, and changes nothing', async () => {
    const before = await all();
    const bad = await load(await sheetOf(['a', 'b', '16+'], ['a', '', '16+']), '?dryRun=false');
    const errors = 'Nothing is loaded; correct the rows:\nrow 3: context is empty; fill it, or delete the row';
    expect(ended(bad)).toEqual([400, { errors }]);
    expect(bad.headers.get('x-ms-error-code')).toBe('SpreadsheetInvalid');
    const none = await load(new TextEncoder().encode('a;b'));
    expect([none.status, (bodyOf(none) as { errors: string }).errors]).toEqual([
      400,
      expect.stringMatching(/^The body is not an \.xlsx file: /),
    ]);
    expect((await load(await sheetOf(), '?dryRun=maybe')).status).toBe(400);
    expect((await load(new Uint8Array(32 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await load(await sheetOf(), '', 'text/csv')).status).toBe(415);
    expect(await all()).toEqual(before);
  });
});

describe('longhaul load-violations', () => {
  let sheet: string;
  beforeAll(async () => {
    sheet = await writeViolationsSheet(stack.dir);
  });

  const run = (...args: string[]) => {
    const { PATH = '' } = process.env;
    const env = {
      PATH,
      LONGHAUL_DIR: path.join(stack.dir, 'none'),
      AzureWebJobsStorage: stack.storage.connectionString,
    };
    const script = path.join(ROOT, 'dist/cli/longhaul.js');
    return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        [script, 'load-violations', ...args],
        { cwd: stack.dir, env },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  };
  const all = async () => bodyOf(await app.get('/violations/?limit=1000')) as { id: number; violations: string }[];
  const versions = async () =>
    (await table.query("PartitionKey eq 'violations' and RowKey ge 'version-'", 1_000)).length;

  test('loads a spreadsheet once, as a whole, and keeps numbers', async () => {
    const said = (text: string) => ({ code: 0, stderr: '', stdout: `${text}\n` });
    const before = (await all()).length;
    const plan = `58 violations: 58 new, 0 kept, ${before} removed.`;
    expect(await run(sheet, '--dry-run')).toEqual(said(`Nothing is changed. A load of these ${plan}`));
    expect((await all()).length).toBe(before);
    expect(await run(sheet)).toEqual(said(`Loaded ${plan}`));
    const first = await all();
    expect(first.length).toBe(58);
    expect(await run(sheet)).toEqual(said('Loaded 58 violations: 0 new, 58 kept, 0 removed.'));
    expect(await all()).toEqual(first);

    await app.send('DELETE', `/violations/${first[1]?.id}/`);
    const { stdout } = await run(sheet, '--json');
    expect(JSON.parse(stdout)).toEqual({ rows: 58, added: 1, kept: 57, removed: 0, dryRun: false });
    expect((await all()).map(({ violations }) => violations).sort()).toEqual(
      first.map(({ violations }) => violations).sort(),
    );
    expect(await versions()).toBe(1);
  });

  test('names bad rows, and changes nothing', async () => {
    const book = new Workbook();
    book.addWorksheet().addRows([
      ['violations', 'context', 'age'],
      ['a', 'b', '16+'],
      ['a', '', '16+'],
    ]);
    const file = path.join(stack.dir, 'bad.xlsx');
    await book.xlsx.writeFile(file);
    const before = await all();
    const stderr = 'Nothing is loaded; correct the rows:\nrow 3: context is empty; fill it, or delete the row\n';
    expect(await run(file)).toEqual({ code: 1, stdout: '', stderr });
    expect(await all()).toEqual(before);
  });

  test('explains what is wrong', async () => {
    await fs.writeFile(path.join(stack.dir, 'a.txt'), 'a');
    expect((await run('a.txt')).stderr).toMatch(/^a\.txt is not an \.xlsx file: /);
    expect((await run('none.xlsx')).stderr).toContain('ENOENT');
    expect((await run()).stderr).toContain("missing required argument 'file.xlsx'");
    expect((await run(sheet, '--connection', 'AccountKey=hunter2')).stderr).toMatch(/^--connection: expected/);
    const away = stack.storage.connectionString.replace(/:\d+\//g, ':9/');
    expect((await run(sheet, '--connection', away)).stderr).toBe(
      'Storage cannot be reached; try again shortly. (Storage: --connection, http://127.0.0.1:9/devstoreaccount1.)\n',
    );
    expect((await run('--help')).stdout).toContain('--dry-run');
  });
});
