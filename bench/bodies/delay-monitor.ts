/** Loaded into the app's process by `--require`: serves the event-loop delay since the last request to it. */
import http from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** Milliseconds between two samples; a delay is the time by which a sample is late. */
const RESOLUTION_MS = 2;
const NS_PER_MS = 1e6;

/** The port; processes that the app starts do not inherit it. */
const port = process.env.BENCH_DELAY_PORT;

if (isMainThread && port !== undefined) {
  delete process.env.BENCH_DELAY_PORT;
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const server = http.createServer((_, response) => {
    response.end(String(delays.max / NS_PER_MS));
    delays.reset();
  });
  server.listen(Number(port), '127.0.0.1').unref();
}
