import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Faults } from './faults.js';
import { readBody, sendJson } from './http.js';

const MAX_FAULT_BYTES = 100_000;

/**
 * Serves `POST /_faults`, `GET /_requests` and `DELETE /_requests`.
 *
 * @param call method and path of the request, such as `GET /_requests`
 * @returns false for any other call; the request is then unchanged
 * @throws {InvalidFaultError} or {BodyTooLargeError}
 */
export async function serveSwitches<Own extends string>(
  faults: Faults<Own>,
  call: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  switch (call) {
    case 'POST /_faults':
      sendJson(response, 200, faults.set((await readBody(request, MAX_FAULT_BYTES)).toString('utf8')));
      return true;
    case 'GET /_requests':
      sendJson(response, 200, faults.seen());
      return true;
    case 'DELETE /_requests':
      faults.forget();
      response.writeHead(204).end();
      return true;
    default:
      return false;
  }
}
