import {
  callerOf,
  parseTraceParent,
  toTraceParent,
  traceOfOperation,
} from '../../../../src/platform/telemetry/trace-parent.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = `00-${TRACE}-b7ad6b7169203331-01`;
const HOST = `00-${TRACE}-00f067aa0ba902b7-01`;
const ELSEWHERE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';

test.each([
  '',
  'x',
  `${CALLER}-more`,
  CALLER.toUpperCase(),
  `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
  `01${CALLER.slice(2)}`,
])('a text that is no traceparent of version 00 is ignored: %s', (text) => {
  expect(parseTraceParent(text)).toBeUndefined();
  expect(callerOf(text, undefined)).toBeUndefined();
  expect(traceOfOperation(text)).toBeUndefined();
});

test('a traceparent is written as it was read', () => {
  for (const text of [CALLER, HOST, ELSEWHERE]) {
    const parsed = parseTraceParent(text);
    expect(parsed && toTraceParent(parsed)).toBe(text);
  }
});

test('a request continues its caller, through the span of the host if that is in the same trace', () => {
  expect(callerOf(CALLER, '')).toBe(CALLER);
  expect(callerOf(CALLER, ELSEWHERE)).toBe(CALLER);
  expect(callerOf(CALLER, HOST)).toBe(HOST);
  expect(callerOf(null, HOST)).toBe(HOST);
  expect(callerOf(undefined, undefined)).toBeUndefined();
});

test('an operation gets a span of its own in the trace of its start, with its flags', () => {
  const trace = traceOfOperation(ELSEWHERE);
  expect(trace?.start).toBe(ELSEWHERE);
  expect(trace?.own).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[\da-f]{16}-00$/);
  expect(trace?.own).not.toBe(traceOfOperation(ELSEWHERE)?.own);
});
