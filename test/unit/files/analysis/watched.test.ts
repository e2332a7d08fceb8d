import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { watched } from '../../../../src/files/analysis/download.js';

/** A source that counts what is read of it. */
function source(chunks: number) {
  let read = 0;
  const generate = async function* () {
    for (; read < chunks; read++) {
      await nextTurn();
      yield Buffer.alloc(64 * 1024, read);
    }
  };
  return { stream: Readable.from(generate(), { objectMode: false, highWaterMark: 1 }), read: () => read };
}

function open(chunks: number, idleMs?: number) {
  const from = source(chunks);
  const ended = jest.fn();
  const reader = watched(from.stream, ended, idleMs).getReader();
  return { ...from, ended, reader };
}

test('all bytes are passed on, and the end is told once', async () => {
  const { reader, ended } = open(20);
  let bytes = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) bytes += next.value.length;
  expect([bytes, ended.mock.calls.length]).toEqual([20 * 64 * 1024, 1]);
});

test('a reader that stops reading holds no memory', async () => {
  const { reader, read, stream } = open(1_000);
  await reader.read();
  for (let turn = 0; turn < 100; turn++) await nextTurn();
  expect(read()).toBeLessThan(5);
  await reader.cancel();
  expect(stream.destroyed).toBe(true);
});

test('a reader that is gone ends the source', async () => {
  const { reader, ended, stream } = open(1_000);
  await reader.read();
  await reader.cancel();
  expect([ended.mock.calls.length, stream.destroyed]).toEqual([1, true]);
});

test('a reader that takes nothing for too long is cut off', async () => {
  const { reader, ended, stream } = open(1_000, 20);
  await reader.read();
  await expect(reader.closed).rejects.toThrow('The reader took nothing for too long.');
  expect([ended.mock.calls.length, stream.destroyed]).toEqual([1, true]);
});

test('a source that fails ends the stream with its error', async () => {
  const ended = jest.fn();
  const failing = Readable.from(
    (async function* () {
      await nextTurn();
      yield Buffer.from('a');
      throw new Error('Storage sends no more bytes.');
    })(),
  );
  const reader = watched(failing, ended).getReader();
  await reader.read();
  await expect(reader.read()).rejects.toThrow('Storage sends no more bytes.');
  expect(ended).toHaveBeenCalledTimes(1);
});
