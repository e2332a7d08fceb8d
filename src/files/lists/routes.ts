import { z } from 'zod';
import { commonErrors, OperationError, type ErrorFactory } from '../../platform/errors.js';
import { defineRoute, type BinaryBody, type Reply, type Route } from '../../platform/http/route.js';
import { logFailure } from '../../platform/logging.js';
import { type TableStore } from '../../platform/table-store.js';
import { userHeader, userOf } from '../caller.js';
import { filesErrorForm, filesErrors } from '../errors.js';
import { ANALYSES } from '../names.js';
import { NumberedRows } from '../numbered-rows.js';
import { linkHeader, linksOf, pageQuery, rowFilter, type Page } from '../paging.js';
import { type AddedRows, type Comment, type Recommendation } from './added-rows.js';
import {
  comment,
  commentBody,
  idParameter,
  listTag,
  loadedViolations,
  numberedViolationBody,
  recommendation,
  recommendationBody,
  violation,
  violationBody,
  type Readable,
  type Violation,
} from './fields.js';
import { type Violations } from './violations.js';

export interface ListRoutesOptions {
  /** The table `files`. */
  table: TableStore;
  comments: AddedRows<Comment>;
  recommendations: AddedRows<Recommendation>;
  violations: Violations;
  /** Reads a spreadsheet of violations. @throws OperationError 400 `SpreadsheetInvalid` */
  readSheet: (sheet: Buffer) => Promise<Violation[]>;
  /** Whether the calls need no function key. */
  anonymous: boolean;
  /** The user of requests without the header `X-User-ID`. */
  defaultUser: number;
}

const params = z.object({ id: idParameter });
const known = (...errors: ErrorFactory[]) => errors.map((error) => error('').data);

/** The calls of docs/contracts/files.md for comments, recommendations and violations. */
export function createListRoutes(options: ListRoutesOptions): Route[] {
  return [...commentRoutes(options), ...recommendationRoutes(options), ...violationRoutes(options)];
}

/** What the routes of a list share. */
const shared = ({ anonymous }: ListRoutesOptions) =>
  ({ auth: anonymous ? 'anonymous' : 'function', tag: listTag, errorForm: filesErrorForm }) as const;

interface List<V> {
  path: string;
  /** In ids of operations, such as `Comment`. */
  name: string;
  schema: z.ZodType;
  rows: Readable<V>;
  /** The field by which a query chooses rows: the number of the analysis. */
  filter?: string;
  /** The row as clients see it. */
  shown: (id: number, values: V) => object;
}

const notFound = (what: string, id: number) =>
  filesErrors.RowNotFound(id === 0 ? `There is no such ${what}.` : `There is no ${what} ${id}.`);

/** The route of a list, and that of a row. */
function readRoutes<V>(options: ListRoutesOptions, { path, name, schema, rows, filter, shown }: List<V>): Route[] {
  const chosen = rowFilter.meta({ description: 'Number of the analysis: only rows about it.' });
  return [
    defineRoute({
      ...shared(options),
      method: 'get',
      path,
      operationId: `list${name}s`,
      summary: `Lists the ${name.toLowerCase()}s in the order in which they were made`,
      query: pageQuery.extend(filter === undefined ? {} : { [filter]: chosen }),
      replies: { 200: { description: 'A page of the list.', schema: z.array(schema), headers: linkHeader } },
      async handle({ query: given, url }): Promise<Reply> {
        const query = given as Page & Partial<Record<string, number>>; // the schema has a name that is known here only
        const value = filter && query[filter];
        const page = await rows.list(query, value === undefined ? undefined : `${filter} eq ${value}`);
        const body = page.rows.map(({ id, values }) => shown(id, values));
        return { status: 200, headers: linksOf(url, query, page.hasMore), body };
      },
    }),
    defineRoute({
      ...shared(options),
      method: 'get',
      path: `${path}{id}/`,
      operationId: `get${name}`,
      summary: `Gets a ${name.toLowerCase()}`,
      params,
      replies: { 200: { description: `The ${name.toLowerCase()}.`, schema } },
      errors: known(filesErrors.RowNotFound),
      async handle({ params: { id } }): Promise<Reply> {
        const values = await rows.get(id);
        if (!values) throw notFound(name.toLowerCase(), id);
        return { status: 200, body: shown(id, values) };
      },
    }),
  ];
}

/** @throws OperationError 404 `AnalysisNotFound` */
async function checkAnalysis(table: TableStore, field: string, id: number): Promise<void> {
  if (await new NumberedRows(table, ANALYSES).get(id)) return;
  throw filesErrors.AnalysisNotFound(`${field}: there is no analysis ${id}.`, { target: field });
}

function commentRoutes(options: ListRoutesOptions): Route[] {
  const { table, comments, defaultUser } = options;
  const shown = (id: number, { user: _, ...values }: Comment) => ({ id, ...values });
  return [
    defineRoute({
      ...shared(options),
      method: 'post',
      path: '/comments/',
      operationId: 'addComment',
      summary: 'Adds a comment on an analysis',
      headers: userHeader,
      json: commentBody,
      formBody: true,
      replies: { 201: { description: 'The comment.', schema: comment } },
      errors: known(filesErrors.UserInvalid, filesErrors.AnalysisNotFound),
      async handle(request): Promise<Reply> {
        const user = userOf(request, defaultUser);
        await checkAnalysis(table, 'refer_file', request.json.refer_file);
        const values = { ...request.json, created_at: new Date().toISOString(), user };
        return { status: 201, body: shown((await comments.add(values)) ?? 0, values) };
      },
    }),
    ...readRoutes(options, {
      path: '/comments/',
      name: 'Comment',
      schema: comment,
      rows: comments,
      filter: 'refer_file',
      shown,
    }),
  ];
}

function recommendationRoutes(options: ListRoutesOptions): Route[] {
  const { table, comments, recommendations, defaultUser } = options;
  const shown = (id: number, { user: _, comments_user, ...values }: Recommendation) => ({
    id,
    comments_user: comments_user ?? null,
    ...values,
  });
  return [
    defineRoute({
      ...shared(options),
      method: 'post',
      path: '/recommend/',
      operationId: 'addRecommendation',
      summary: 'Adds a recommendation: the rating of an analysis, with a comment of the user',
      headers: userHeader,
      json: recommendationBody,
      formBody: true,
      replies: { 201: { description: 'The recommendation.', schema: recommendation } },
      errors: known(filesErrors.UserInvalid, filesErrors.AnalysisNotFound, filesErrors.RowNotFound),
      async handle(request): Promise<Reply> {
        const user = userOf(request, defaultUser);
        const { comments_user, ...rest } = request.json;
        await checkAnalysis(table, 'refer', rest.refer);
        if (comments_user !== null && !(await comments.get(comments_user))) {
          const message = `comments_user: there is no comment ${comments_user}.`;
          throw filesErrors.RowNotFound(message, { target: 'comments_user' });
        }
        const values = { ...rest, comments_user: comments_user ?? undefined, user };
        return { status: 201, body: shown((await recommendations.add(values)) ?? 0, values) };
      },
    }),
    ...readRoutes(options, {
      path: '/recommend/',
      name: 'Recommendation',
      schema: recommendation,
      rows: recommendations,
      filter: 'refer',
      shown,
    }),
  ];
}

function violationRoutes(options: ListRoutesOptions): Route[] {
  const { violations } = options;
  const shown = (id: number, values: Violation) => ({ id, ...values });
  const change = async (id: number, values: Violation): Promise<Reply> => {
    if (!(await violations.change(id, values))) throw notFound('violation', id);
    return { status: 200, body: shown(id, values) };
  };
  const remove = async (id: number): Promise<Reply> => {
    if (!(await violations.delete(id))) throw notFound('violation', id);
    return { status: 204 };
  };
  const changed = {
    replies: { 200: { description: 'The violation.', schema: violation } },
    errors: known(filesErrors.RowNotFound),
    formBody: true,
  };
  const deleted = {
    replies: { 204: { description: 'It is deleted.' } },
    errors: known(filesErrors.RowNotFound),
  };
  return [
    defineRoute({
      ...shared(options),
      method: 'post',
      path: '/violations/',
      operationId: 'addViolation',
      summary: 'Adds a violation to the base list',
      json: violationBody,
      formBody: true,
      replies: { 201: { description: 'The violation.', schema: violation } },
      handle: async ({ json }) => ({ status: 201, body: shown(await violations.add(json), json) }),
    }),
    loadRoute(options),
    defineRoute({
      ...shared(options),
      ...changed,
      method: 'put',
      path: '/violations/',
      operationId: 'replaceViolationOfBody',
      summary: 'Replaces the violation that the body names',
      json: numberedViolationBody,
      handle: ({ json: { id, ...values } }) => change(id, values),
    }),
    defineRoute({
      ...shared(options),
      ...changed,
      method: 'put',
      path: '/violations/{id}/',
      operationId: 'replaceViolation',
      summary: 'Replaces a violation',
      params,
      json: violationBody,
      handle: ({ params: { id }, json }) => change(id, json),
    }),
    defineRoute({
      ...shared(options),
      ...deleted,
      method: 'delete',
      path: '/violations/',
      operationId: 'deleteViolationOfQuery',
      summary: 'Deletes the violation that the query names',
      query: z.object({ id: idParameter }),
      handle: ({ query: { id } }) => remove(id),
    }),
    defineRoute({
      ...shared(options),
      ...deleted,
      method: 'delete',
      path: '/violations/{id}/',
      operationId: 'deleteViolation',
      summary: 'Deletes a violation',
      params,
      handle: ({ params: { id } }) => remove(id),
    }),
    ...readRoutes(options, { path: '/violations/', name: 'Violation', schema: violation, rows: violations, shown }),
  ];
}

const SHEET: BinaryBody = {
  types: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/octet-stream'],
  maxBytes: 32 * 1024 * 1024,
  description: 'The spreadsheet, an .xlsx file.',
};

function loadRoute(options: ListRoutesOptions): Route {
  const { violations, readSheet } = options;
  let isLoading = false;
  return defineRoute({
    ...shared(options),
    method: 'post',
    path: '/violations:load',
    operationId: 'loadViolations',
    summary: 'Replaces the base list of violations by the rows of a spreadsheet, all or none',
    description: 'Columns are found by their names: `violations`, `context` and `age`.',
    query: z.object({
      dryRun: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: '`true`: checks the spreadsheet, says what would change, and changes nothing.' }),
    }),
    binary: SHEET,
    replies: { 200: { description: 'What changed, or would change.', schema: loadedViolations } },
    errors: known(filesErrors.SpreadsheetInvalid),
    async handle({ query, binary, invocation }): Promise<Reply> {
      // A large spreadsheet takes hundreds of megabytes while it is read.
      if (isLoading) throw commonErrors.ServiceUnavailable('Another spreadsheet is loaded now; try again shortly.');
      isLoading = true;
      try {
        const dryRun = query.dryRun === 'true';
        const rows = await readSheet(binary?.bytes ?? Buffer.alloc(0));
        const report = await violations.load(rows, { dryRun });
        // The timer deletes what is left here (load-first.ts).
        const onFailure = (thrown: unknown) => logFailure(invocation, OperationError.from(thrown), 'Load: ');
        if (!dryRun) await violations.deleteOld().catch(onFailure);
        return { status: 200, body: { rows: rows.length, ...report, dryRun } };
      } finally {
        isLoading = false;
      }
    },
  });
}
