import { inspectAddressOf, parseInspectAddress } from '../../../host/process/inspector.js';

test.each([
  ['9300', { host: '127.0.0.1', port: 9300 }],
  ['0', { host: '127.0.0.1', port: 0 }],
  ['0.0.0.0:9300', { host: '0.0.0.0', port: 9300 }],
  ['localhost', { host: 'localhost', port: 9229 }],
  ['[::1]:9300', { host: '::1', port: 9300 }],
])('%s is an address for the debugger', (text, expected) => {
  expect(parseInspectAddress(text)).toEqual(expected);
});

test.each(['', ':', 'here:there', '65536', 'a b', '1.2.3.4:99999', '9229x'])('"%s" is rejected', (text) => {
  expect(() => parseInspectAddress(text)).toThrow('give [host:]port');
});

test('each process has its own port; port 0 is kept', () => {
  const base = { host: '127.0.0.1', port: 9229, brk: true };
  expect([0, 1, 2].map((index) => inspectAddressOf(base, index).port)).toEqual([9229, 9230, 9231]);
  expect(inspectAddressOf({ ...base, port: 0 }, 2)).toMatchObject({ port: 0, brk: false });
});
