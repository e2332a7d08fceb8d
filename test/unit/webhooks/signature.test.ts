import { Readable } from 'node:stream';
import { isStandardSecret, newWebhookSecret } from '../../../src/platform/webhook-secret.js';
import { signatureHeaders } from '../../../src/webhooks/signature.js';

const base64 = (bytes: number) => Buffer.alloc(bytes, 0xfb).toString('base64');

test.each([
  [newWebhookSecret(), true],
  [`whsec_${base64(24)}`, true],
  [`whsec_${base64(64)}`, true],
  [`whsec_${base64(23)}`, false],
  [`whsec_${base64(65)}`, false],
  [base64(32), false],
  [`whsk_${base64(32)}`, false],
  [`whsec_${Buffer.alloc(32, 0xfb).toString('base64url')}`, false],
  [`whsec_${base64(32)} `, false],
  ['whsec_', false],
  ['', false],
])('%s', (secret, expected) => {
  expect(isStandardSecret(secret)).toBe(expected);
});

test.each([1, 7, 100])('the example of the Standard Webhooks specification, in parts of %i bytes', async (bytes) => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const body = Buffer.from('{"test": 2432232314}');
  const parts = Readable.from(body.toString().match(new RegExp(`.{1,${bytes}}`, 'g')) ?? []).map((part) =>
    Buffer.from(part as string),
  );
  expect(await signatureHeaders([secret], 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, parts)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('a body that is no text is signed byte for byte', async () => {
  const newSecret = newWebhookSecret();
  const sign = async (...bytes: number[]) =>
    (await signatureHeaders([newSecret], 'id', 1, [Buffer.from(bytes)]))['webhook-signature'];
  // As text, both would be the same replacement character.
  expect(await sign(0xff)).not.toBe(await sign(0xfe));
});
