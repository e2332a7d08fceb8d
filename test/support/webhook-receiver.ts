import type http from 'node:http';
import { eventually } from './eventually.js';
import { answer, listen, textOf, type Script } from './scripted-server.js';

/** What a webhook's own query makes the receiver do. By default it accepts the delivery. */
export interface ReceiverScript extends Script {
  /** The script applies to so many attempts of one request, and later ones are accepted; default: to all. */
  times?: number;
}

interface ReceivedDelivery {
  requestID: string;
  statusCode: number;
  /** Of the URL, as it arrived. */
  search: string;
  headers: http.IncomingHttpHeaders;
  body: string;
  /** Whether it was accepted. */
  taken: boolean;
}

/** A receiver of webhooks that does what each webhook's own URL specifies. */
export interface WebhookReceiver {
  url: string;
  /** In the order of arrival. */
  deliveries: ReceivedDelivery[];
  /** The URL of a webhook with this script. */
  webhook(script?: ReceiverScript): string;
  of(requestID: string): ReceivedDelivery[];
  /** The first accepted delivery of a request, when it has arrived. */
  taken(requestID: string): Promise<ReceivedDelivery>;
  close(): Promise<void>;
}

/** @param port that of a receiver that went away and comes back */
export async function startWebhookReceiver(port?: number): Promise<WebhookReceiver> {
  const serve = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const { search, searchParams } = new URL(request.url ?? '', receiver.url);
    const body = await textOf(request);
    const requestID = searchParams.get('requestID') ?? '';
    const { times = Infinity, ...script } = JSON.parse(searchParams.get('script') ?? '{}') as ReceiverScript;
    const meets = receiver.of(requestID).length < times ? script : {};
    const { headers } = request;
    const isAnswered = meets.fault === undefined || meets.fault === 'cutOff'; // a status counts, whatever follows it
    const taken = isAnswered && (meets.status ?? 200) < 300;
    const statusCode = Number(searchParams.get('statusCode'));
    receiver.deliveries.push({ requestID, statusCode, search, headers, body, taken });
    await answer(response, meets, '');
  };
  const server = await listen((request, response) => {
    serve(request, response).catch((thrown: unknown) => response.destroy(thrown as Error));
  }, port);
  const receiver: WebhookReceiver = {
    ...server,
    deliveries: [],
    webhook: (script = {}) => `${server.url}/hook?script=${encodeURIComponent(JSON.stringify(script))}`,
    of: (requestID) => receiver.deliveries.filter((delivery) => delivery.requestID === requestID),
    taken: (requestID) =>
      eventually(() => Promise.resolve(receiver.of(requestID).find(({ taken }) => taken)), `webhook of ${requestID}`),
  };
  return receiver;
}
