import { deserialize, serialize } from 'node:v8';
import { deserializeError, serializeError } from '../../../host/processes/protocol.js';

/** Serialization of errors between processes (host/processes/protocol.ts). */

class PlateError extends Error {
  override readonly name = 'PlateError';
}

const sent = (thrown: unknown) =>
  deserializeError(deserialize(serialize(serializeError(thrown))) as ReturnType<typeof serializeError>);

test('an error keeps its name, message and stack', () => {
  const error = new PlateError('{"errorType":"PlateError"}');
  const arrived = sent(error);
  expect(arrived).toBeInstanceOf(Error);
  expect([arrived.name, arrived.message, arrived.stack]).toEqual([error.name, error.message, error.stack]);
});

test.each([
  ['a text', 'plain', 'plain'],
  ['nothing', undefined, 'undefined'],
  ['an error whose message is none', Object.assign(new Error(), { message: { odd: () => 1 } }), '[object Object]'],
])('%s arrives as an error', (_name, thrown, message) => {
  expect(sent(thrown)).toMatchObject({ name: 'Error', message });
});
