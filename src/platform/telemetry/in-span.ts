import { telemetry, type Attributes, type Span, type SpanStart } from './index.js';

/**
 * Runs work in a span, which is the current one meanwhile.
 * @param attributesOf what is known of the result
 */
export async function inSpan<T>(
  start: SpanStart,
  work: (span: Span) => Promise<T>,
  attributesOf: (result: T) => Attributes = () => ({}),
): Promise<T> {
  const span = telemetry().startSpan(start);
  try {
    const result = await telemetry().within(span.traceParent, () => work(span));
    span.end(attributesOf(result));
    return result;
  } catch (thrown) {
    span.end({ 'error.type': nameOf(thrown) });
    throw thrown;
  }
}

/** The code of an error, such as `ImageNotFound` or `ECONNRESET`, else its class; its message may have secrets. */
export function nameOf(thrown: unknown): string {
  const { code, data, name } = (thrown ?? {}) as { code?: unknown; data?: { code?: unknown }; name?: unknown };
  return [data?.code, code, name].find((text): text is string => typeof text === 'string' && text !== '') ?? '_OTHER';
}
