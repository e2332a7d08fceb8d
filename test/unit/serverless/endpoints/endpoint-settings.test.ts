import { endpointId } from '../../../../src/serverless/endpoints/endpoint-settings.js';

test.each(['book', 'books', 'BOOKS', 'Book'])('the id %s is refused: its path is another one under /v1', (id) => {
  expect(endpointId.safeParse(id).success).toBe(false);
});

test.each(['bookshop', 'my-books', 'x'])('the id %s is taken', (id) => {
  expect(endpointId.safeParse(id).success).toBe(true);
});
