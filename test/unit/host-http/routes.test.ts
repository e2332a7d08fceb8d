import { createRoute, Router } from '../../../host/http/routes/router.js';

/** Routes in the given order; the target is the template itself. */
function router(...templates: string[]) {
  return new Router(templates.map((template) => createRoute(template, ['GET'], template)));
}

function values(template: string, path: string) {
  return router(template).find('GET', path)?.values;
}

test.each<[string, string, Record<string, string> | undefined]>([
  ['items', 'items', {}],
  ['Items', 'iTEMS', {}],
  ['items', 'items/', {}],
  ['items', 'items/1', undefined],
  ['items', 'items//', undefined],
  ['', '', {}],
  ['items/{id}', 'items/5', { id: '5' }],
  ['items/{id}', 'items', undefined],
  ['items/{id}', 'items//5', undefined],
  ['items/{id}', 'items/a%2Fb', { id: 'a%2Fb' }],
  ['items/{id}', 'items/a b', { id: 'a b' }],
  ['items/{id?}', 'items', {}],
  ['items/{id?}', 'items/5', { id: '5' }],
  ['items/{id=7}', 'items', { id: '7' }],
  ['items/{id:int=7}', 'items/8', { id: '8' }],
  ['items/{id:int?}', 'items/x', undefined],
  ['files/{*rest}', 'files', {}],
  ['files/{*rest}', 'files/a/b', { rest: 'a/b' }],
  ['files/{**rest}', 'files/a/b/', { rest: 'a/b/' }],
  ['files/{*rest=index.html}', 'files', { rest: 'index.html' }],
  ['files/{*rest}', 'files/a//b', { rest: 'a//b' }],
  ['{a}-{b}', 'x-y-z', { a: 'x-y', b: 'z' }],
  ['{a}-{b}', '-z', undefined],
  ['{a}-{b}', 'x-', undefined],
  ['v{major}.{minor}', 'V1.2', { major: '1', minor: '2' }],
  ['v{major}.{minor}', 'w1.2', undefined],
  ['{id}:cancel', 'op-1:cancel', { id: 'op-1' }],
  ['{id}:cancel', 'op-1:cancelled', undefined],
  ['{id}:cancel', ':cancel', undefined],
  ['{file}.{ext?}', 'a.b.c', { file: 'a.b', ext: 'c' }],
  ['{file}.{ext?}', 'a', { file: 'a' }],
  ['a{{b}}/{id}', 'a{b}/1', { id: '1' }],
  ['{code:regex(^[A-Z]{{3}}$)}', 'abc', { code: 'abc' }],
  ['{code:regex(^[A-Z]{{3}}$)}', 'abcd', undefined],
])('%s and /%s', (template, path, expected) => {
  expect(values(template, path)).toEqual(expected);
});

test.each<[string, string[], string[]]>([
  ['int', ['5', '-5', '2147483647'], ['x', '', '2147483648', '1.5']],
  ['long', ['9223372036854775807'], ['9223372036854775808']],
  ['bool', ['true', 'FALSE'], ['1', 'yes']],
  ['guid', ['0f8fad5b-d9cb-469f-a165-70867728950e', '0f8fad5bd9cb469fa16570867728950e'], ['0f8fad5b-d9cb', 'x']],
  ['alpha', ['abcXYZ'], ['a1']],
  ['datetime', ['2026-11-22', '2026-11-22T10:00:00Z'], ['12', 'soon']],
  ['decimal', ['1.5', '-1'], ['1e5', 'x']],
  ['double', ['1e5', '.5'], ['x']],
  ['float', ['1.5'], ['1,5x']],
  ['min(3)', ['3', '99'], ['2', 'x']],
  ['max(3)', ['3', '-1'], ['4']],
  ['range(1,10)', ['1', '10'], ['0', '11']],
  ['minlength(2)', ['ab'], ['a']],
  ['maxlength(2)', ['ab'], ['abc']],
  ['length(2)', ['ab'], ['a', 'abc']],
  ['length(2,3)', ['ab', 'abc'], ['a', 'abcd']],
  ['required', ['a'], []],
  ['int:min(1):max(9)', ['5'], ['0', '10']],
])('the constraint %s', (constraint, accepted, refused) => {
  for (const text of accepted) expect(values(`{p:${constraint}}`, text)).toEqual({ p: text });
  for (const text of refused) expect(values(`{p:${constraint}}`, text)).toBeUndefined();
});

test.each([
  ['{a}/{A}', 'occurs twice'],
  ['{*rest}/more', 'whole last segment'],
  ['{a}{b}', 'literal between'],
  ['{a', 'not closed'],
  ['a}', 'is unpaired'],
  ['a//b', 'two consecutive slashes'],
  ['{a:unknown}', 'unknown'],
  ['{a:range(x)}', 'invalid arguments'],
  ['{*a?}', 'cannot be optional'],
  ['{a=1?}', 'default'],
  ['x{a?}', 'after a "."'],
  ['{}', 'no valid parameter name'],
  ['what?', 'only allowed after a parameter'],
])('the template %s is refused', (template, reason) => {
  expect(() => createRoute(template, undefined, null)).toThrow(reason);
});

test('a match has the names of all parameters', () => {
  expect(router('{a}/{b}.{c?}/{*d}').find('GET', 'x/y')).toMatchObject({
    names: ['a', 'b', 'c', 'd'],
    values: { a: 'x', b: 'y' },
  });
});

test('the first route that matches wins, and a literal does not take precedence over a parameter', () => {
  expect(router('items/{id}', 'items/list').find('GET', 'items/list')?.target).toBe('items/{id}');
  expect(router('items/list', 'items/{id}').find('GET', 'items/list')?.target).toBe('items/list');
});

test('after a failed constraint or a wrong method the next route is tried', () => {
  const routes = [
    createRoute('items/{id:int}', ['get'], 'number'),
    createRoute('items/{id}', ['POST'], 'write'),
    createRoute('items/{name}', undefined, 'any'),
  ];
  const table = new Router(routes);
  expect(table.find('GET', 'items/5')?.target).toBe('number');
  expect(table.find('POST', 'items/5')?.target).toBe('write');
  expect(table.find('GET', 'items/x')?.target).toBe('any');
  expect(table.find('DELETE', 'items/x')?.target).toBe('any');
});

test('the lookup tree finds the same route as trying every route in order', () => {
  const words = ['a', 'b', '{p}', '{p:int}', '{*rest}', '{p}:go', '{p?}'];
  const templates = words.flatMap((one) => [one, ...words.map((two) => `${one}/${two}`)]).map(distinctNames);
  const routes = templates.flatMap((template) => {
    try {
      return [createRoute(template, ['GET'], template)];
    } catch {
      return []; // such as a catch-all in the middle
    }
  });
  const table = new Router(routes);
  const paths = ['', 'a', 'b', 'a/b', 'b/a', '5', 'a/5', 'x:go', 'a/x:go', 'a/b/c', 'c/c/c', 'A/B/', 'x//y'];
  for (const path of paths) {
    const first = routes.find((route) => new Router([route]).find('GET', path) !== undefined);
    expect(table.find('GET', path)?.target).toBe(first?.target);
  }
});

/** Parameter names must be unique. */
function distinctNames(template: string): string {
  const [one = '', two] = template.split('/');
  return two === undefined ? one : `${one}/${two.replace('p', 'q').replace('rest', 'tail')}`;
}
