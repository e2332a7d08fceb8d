/** The process that `putLoad` starts: a LoadRun as its argument, a LoadSample on stdout. */
import autocannon from 'autocannon';

export interface LoadRun {
  url: string;
  method: 'GET' | 'POST';
  /** Paths that the connections use in turn, instead of the path of the URL. */
  paths?: string[];
  /** JSON body of each request. */
  body?: string;
  headers?: Readonly<Record<string, string>>;
  /** Number of connections; each has one request in flight. */
  connections: number;
  /** Duration of the run. */
  seconds: number;
  /** Sends exactly this many requests, instead of as many as fit into `seconds`. */
  amount?: number;
  /** The expected status of every response. */
  expect: number;
}

export interface LoadSample {
  /** Milliseconds, one per response, in the order of arrival. */
  latencies: number[];
  statuses: Record<string, number>;
  errors: number;
  /** From the first request to the last response. */
  seconds: number;
}

const TIMEOUT_S = 60;

function generate(run: LoadRun): Promise<LoadSample> {
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const began = performance.now();
  let ended = began;
  return new Promise((resolve, reject) => {
    const instance = autocannon(optionsOf(run), (failure: Error | null, { errors }) => {
      if (failure) reject(failure);
      else resolve({ latencies, statuses, errors, seconds: (ended - began) / 1_000 });
    });
    instance.on('response', (_client, status, _bytes, ms) => {
      latencies.push(ms);
      statuses[status] = (statuses[status] ?? 0) + 1;
      ended = performance.now();
    });
  });
}

function optionsOf({ url, method, paths, body, headers, connections, seconds, amount }: LoadRun): autocannon.Options {
  let next = 0;
  return {
    url,
    method,
    connections,
    ...(amount === undefined ? { duration: seconds } : { amount }),
    timeout: TIMEOUT_S,
    ...(paths && {
      setupClient: (client: autocannon.Client) => {
        client.setRequests([{ method, path: paths[next++ % paths.length] }]);
      },
    }),
    ...(body !== undefined && { body }),
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
  };
}

if (require.main === module) {
  generate(JSON.parse(process.argv[2] ?? '') as LoadRun)
    .then((sample) => process.stdout.write(JSON.stringify(sample)))
    .catch((thrown: unknown) => {
      console.error(thrown);
      process.exitCode = 1;
    });
}
