import { type LookupAddress } from 'node:dns';
import { checkWebhookUrl } from '../../../src/webhooks/webhook-url.js';

const PUBLIC = '93.184.215.14';
const PUBLIC_IPV6 = '2606:2800:21f:cb07:6820:80da:af6b:8b2c';

const answers = (...addresses: string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

const resolveTo = (...addresses: string[]) => ({
  allowPrivate: false,
  resolve: () => Promise.resolve(answers(...addresses)),
});

const refusal = (message: string) => ({
  message: 'invalid request arguments',
  data: { status: 400, retryable: false, details: [{ message: `The webhook ${message}.`, target: 'webhook' }] },
});
const notPublic = refusal('must be at a public address');

test.each([
  ['https://example.com/hook?a=%20b&c', 'https://example.com/hook?a=%20b&c'],
  ['http://example.com', 'http://example.com/'],
  ['http://EXAMPLE.com.:8080/a#b', 'http://example.com.:8080/a#b'],
  ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  [`http://${PUBLIC}:1234/`, `http://${PUBLIC}:1234/`],
  [`http://[${PUBLIC_IPV6}]/`, `http://[${PUBLIC_IPV6}]/`],
])('%s may be called', async (text, href) => {
  expect((await checkWebhookUrl(text, resolveTo(PUBLIC, PUBLIC_IPV6))).href).toBe(href);
});

test.each([
  ['no text', 7, 'must be a URL of at most 8000 characters'],
  ['nothing', undefined, 'must be a URL of at most 8000 characters'],
  ['no URL', 'example.com/hook', 'must be a URL of at most 8000 characters'],
  ['no host', 'http://', 'must be a URL of at most 8000 characters'],
  ['too long a text', `http://example.com/${'a'.repeat(8_000)}`, 'must be a URL of at most 8000 characters'],
  ['a file', 'file:///etc/passwd', 'must be http or https'],
  ['ftp', 'ftp://example.com/', 'must be http or https'],
  ['gopher', 'gopher://127.0.0.1:6379/_FLUSHALL', 'must be http or https'],
  ['a script', 'javascript:alert(1)', 'must be http or https'],
  ['a user', 'https://user@example.com/', 'must not have a user or a password'],
  ['a password', 'https://:secret@example.com/', 'must not have a user or a password'],
])('%s is refused everywhere', async (_name, text, why) => {
  await expect(checkWebhookUrl(text, { allowPrivate: true })).rejects.toMatchObject(refusal(why));
  await expect(checkWebhookUrl(text, resolveTo(PUBLIC))).rejects.toMatchObject(refusal(why));
});

/** Each is tested as the host of a URL and as an address of a name. */
const NOT_PUBLIC = [
  '0.0.0.0',
  '0.255.255.255',
  '10.0.0.0',
  '10.255.255.255',
  '100.64.0.0',
  '100.100.100.200',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.255',
  '168.63.129.16',
  '169.254.0.0',
  '169.254.169.254',
  '172.16.0.0',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.0',
  '192.168.255.255',
  '198.18.0.0',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::93.184.215.14',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:93.184.215.14',
  '::ffff:0:127.0.0.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::10.0.0.1',
  '100::1',
  '2001::1',
  '2001:0:7f00:1::',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:a00:1::1',
  '2620:4f:8000::1',
  '3fff::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fec0::1',
  'ff02::1',
];

test.each(NOT_PUBLIC)('%s is refused, also by name, also as one address of several', async (address) => {
  const host = address.includes(':') ? `[${address}]` : address;
  await expect(checkWebhookUrl(`http://${host}/`, resolveTo(PUBLIC))).rejects.toMatchObject(notPublic);
  await expect(checkWebhookUrl('http://example.com', resolveTo(address))).rejects.toMatchObject(notPublic);
  await expect(checkWebhookUrl('http://example.com', resolveTo(PUBLIC, address))).rejects.toMatchObject(notPublic);
});

test('an address with a zone is refused', async () => {
  await expect(checkWebhookUrl('http://example.com', resolveTo('fe80::1%1'))).rejects.toMatchObject(notPublic);
  await expect(checkWebhookUrl('http://example.com', resolveTo(`${PUBLIC_IPV6}%1`))).rejects.toMatchObject(notPublic);
});

test.each(['9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'])(
  '%s, a neighbour of what is refused, may be called',
  async (address) => expect((await checkWebhookUrl(`http://${address}/`, resolveTo())).hostname).toBe(address),
);

test.each([
  'http://2130706433/',
  'http://0x7f000001/',
  'http://017700000001/',
  'http://127.1/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://0x7f.0.0.0x1/',
  'http://127.0.0.1./',
  'http://0/',
  'http://%31%32%37.0.0.1/',
  'http://127。0。0。1/',
  'http://①②⑦.0.0.1/',
  'http://１２７.0.0.1/',
  'http:\\\\127.0.0.1\\',
  ' http://127.0.0.1/',
  'ht\ntp://127.0.0.1/',
  'http:127.0.0.1',
  'http:///127.0.0.1',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[0000::0001]/',
  'http://[::ffff:7f00:1]/',
  'http://localhost/',
  'http://LOCALHOST/',
  'http://localhost./',
  'http://localhost../',
  'http://a.localhost/',
  'http://ｌocalhost/',
])('%s is this machine, however it is written', async (text) => {
  await expect(checkWebhookUrl(text, resolveTo(PUBLIC))).rejects.toMatchObject(notPublic);
});

test('a name that only resembles a local one passes', async () => {
  const { hostname } = await checkWebhookUrl('http://localhost.example.com/', resolveTo(PUBLIC));
  expect(hostname).toBe('localhost.example.com');
});

test('a name that cannot be resolved now passes', async () => {
  const resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'EAI_AGAIN' }));
  const { href } = await checkWebhookUrl('http://example.com/', { allowPrivate: false, resolve });
  expect(href).toBe('http://example.com/');
});

test('where private addresses are allowed, names are not even resolved', async () => {
  const resolve = () => Promise.reject(new Error('asked'));
  const { href } = await checkWebhookUrl('http://localhost:9/', { allowPrivate: true, resolve });
  expect(href).toBe('http://localhost:9/');
});
