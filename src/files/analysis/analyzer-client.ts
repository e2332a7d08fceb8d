import { type AxiosInstance } from 'axios';
import {
  callConfig,
  failureOf,
  isServiceFailure,
  type CallContext,
  type ServiceOptions,
} from '../../platform/http-client.js';
import { filesErrors } from '../errors.js';

/** Tells the analyzer to start (docs/contracts/files.md, "The analyzer"). */
export interface AnalyzerClient {
  /** @throws OperationError 502 `AnalyzerRefused`, 503 `AnalyzerUnavailable` */
  tell(analysis: { refer: string; url: string }, call: CallContext): Promise<void>;
}

export function createAnalyzerClient(
  http: AxiosInstance,
  options: Pick<ServiceOptions, 'totalTimeoutMs'>,
): AnalyzerClient {
  return {
    async tell(analysis, call) {
      try {
        await http.post('/analyze', analysis, callConfig(options, call));
      } catch (cause) {
        const failure = failureOf(cause);
        if (!failure) throw cause;
        if (failure.kind === 'circuitOpen')
          throw filesErrors.AnalyzerUnavailable('The analyzer fails; it is not called now.', { notCalled: true });
        const answer = failure.kind === 'status' ? `answered ${failure.status}` : 'cannot be reached';
        // The request has the key, so that it is no cause that a log may show.
        if (isServiceFailure(failure)) throw filesErrors.AnalyzerUnavailable(`The analyzer ${answer}.`);
        throw filesErrors.AnalyzerRefused(`The analyzer ${answer}.`);
      }
    },
  };
}
