import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhenResult,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { CircuitOpenError, failureOf, isServiceFailure } from '../../platform/http-client.js';
import { TRY_EVERY_MS } from './names.js';

/** How a call ended: what it returned, or what it threw and whether that is a failure of the service. */
type End<T> = { value: T } | { thrown: unknown; isFailure: boolean };

/** The circuit breaker of a service in this process. */
export class Breaker {
  readonly #policy: CircuitBreakerPolicy;
  #changedAt: Date | undefined;
  #isOpen = false;

  /** @param failures failed calls in a row that open it; 0: it never opens */
  constructor(failures: number) {
    this.#policy = circuitBreaker(
      handleWhenResult((end) => (end as { isFailure?: boolean }).isFailure === true),
      { halfOpenAfter: TRY_EVERY_MS, breaker: new ConsecutiveBreaker(failures === 0 ? Infinity : failures) },
    );
    const change = (isOpen: boolean) => {
      if (this.#isOpen === isOpen) return; // a call that was tried while it is open failed too
      this.#isOpen = isOpen;
      this.#changedAt = new Date();
    };
    this.#policy.onBreak(() => change(true));
    this.#policy.onReset(() => change(false));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** When it opened or closed last. */
  get changedAt(): Date | undefined {
    return this.#changedAt;
  }

  /**
   * Makes the call, unless the service fails.
   * @throws CircuitOpenError, and what the call throws
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    // The library lets further calls wait for the one that is tried.
    if (this.#policy.state === CircuitState.HalfOpen) throw new CircuitOpenError();
    const end = await this.#policy.execute(() => endOf(call)).catch(circuitOpen);
    if ('value' in end) return end.value;
    throw end.thrown;
  }
}

/** An answer about the input, such as 404, shows that the service works. A call that the app aborted shows nothing. */
async function endOf<T>(call: () => Promise<T>): Promise<End<T>> {
  try {
    return { value: await call() };
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (!failure || failure.kind === 'aborted') throw thrown;
    return { thrown, isFailure: isServiceFailure(failure) };
  }
}

function circuitOpen(thrown: unknown): never {
  throw thrown instanceof BrokenCircuitError ? new CircuitOpenError() : thrown;
}
