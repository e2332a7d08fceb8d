import { acceptedType } from '../../../src/platform/http/media-type.js';

const TYPES = ['application/json', 'text/csv'];
const accepted = (accept: string | undefined, types = TYPES) => acceptedType({ header: () => accept }, types);

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['text/csv', 'text/csv'],
  ['TEXT/CSV;charset=utf-8', 'text/csv'],
  ['text/*', 'text/csv'],
  ['text/html, text/csv;q=0.5', 'text/csv'],
  ['application/json;q=0.4, text/csv;q=0.5', 'text/csv'],
  ['text/csv, application/json', 'text/csv'],
  ['text/csv;q=0, */*', 'application/json'],
  ['text/html, */*;q=0.1', 'application/json'],
])('Accept: %s gets %s', (accept, type) => {
  expect(accepted(accept)).toBe(type);
});

test.each(['text/html', 'application/json;q=0, text/csv;q=0', 'image/*', 'nonsense'])('Accept: %s is 406', (accept) => {
  expect(() => accepted(accept)).toThrow('Accept: expected application/json or text/csv, got');
});

test('a type that this resource does not have is 406', () => {
  expect(() => accepted('text/csv', ['application/json'])).toThrow(
    'Accept: expected application/json, got "text/csv".',
  );
});
