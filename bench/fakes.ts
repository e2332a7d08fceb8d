import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

interface FakeServices {
  imageProviderUrl: string;
  plateReaderUrl: string;
  stop(): Promise<void>;
}

/** Requests for IDs from here on get no response, so that an operation on one of them stays running. */
export const SILENT_FROM = 9_000_000;

/** The smallest content accepted as a JPEG: its start and end markers. */
const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const PLATE = JSON.stringify({ plate_number: 'с181мв190', confidence: 0.99 });

/**
 * An image provider and a plate reader that answer immediately, so that only the app's time is measured.
 * @param imageMs time that the image provider takes for each image
 */
export async function startFakeServices(imageMs = 0): Promise<FakeServices> {
  const images = await listen((request, response) => {
    const id = Number((request.url ?? '').split('/').pop());
    if (id >= SILENT_FROM) return;
    const answer = () =>
      response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': String(JPEG.length) }).end(JPEG);
    if (imageMs > 0) setTimeout(answer, imageMs);
    else answer();
  });
  const plates = await listen((request, response) => {
    request.resume().once('end', () => response.writeHead(200, { 'Content-Type': 'application/json' }).end(PLATE));
  });
  return {
    imageProviderUrl: images.url,
    plateReaderUrl: plates.url,
    stop: async () => {
      await Promise.all([images.stop(), plates.stop()]);
    },
  };
}

/** An ML service whose jobs never end, so that only the app's time is measured. */
export function startFakeMl() {
  return listen((request, response) => {
    const answer = JSON.stringify({ name: 'a-job', status: 'Running' });
    request.resume().once('end', () => response.writeHead(200, { 'Content-Type': 'application/json' }).end(answer));
  });
}

/** Starts an HTTP server on a free port. */
export async function listen(serve: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = http.createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
