import { ulid } from 'ulid';
import { type Operations } from '../../operations/operations.js';
import { readOperationId } from '../../operations/request-headers.js';
import { expired, operationIdReused } from '../../operations/starter.js';
import { type RouteRequest } from '../../platform/http/route.js';
import { hashOf, type Analyses, type NumberedAnalysis } from './analyses.js';

/**
 * What a request to begin a run says of its operation.
 *
 * The row of the analysis remembers the `Operation-Id` of a request (A5 of analyses.ts), in the transaction that begins
 * the run and before the operation starts. So the same request finds the run that it has begun, whatever was interrupted
 * since.
 */
export class RunRequest {
  readonly operationId: string;
  readonly webhookUrl: string | undefined;
  /** Whether the client has chosen the id, so that the request may come again. */
  readonly isRepeatable: boolean;
  readonly #analyses: Analyses;

  private constructor(analyses: Analyses, chosenId: string | undefined, webhookUrl: string | undefined) {
    this.#analyses = analyses;
    this.operationId = chosenId ?? ulid();
    this.isRepeatable = chosenId !== undefined;
    this.webhookUrl = webhookUrl;
  }

  /** @throws OperationError 400 `InvalidOperationId` or `WebhookRefused` */
  static async read(
    analyses: Analyses,
    operations: Operations,
    request: Pick<RouteRequest, 'header'>,
  ): Promise<RunRequest> {
    const chosenId = readOperationId(request);
    return new RunRequest(analyses, chosenId, await operations.acceptWebhook(request.header('webhook-url')));
  }

  /**
   * Whether a request with its id has begun a run.
   * @throws OperationError 400 `OperationIdReused`, 410 `OperationExpired` when the id belongs to another operation
   */
  async isKnown(operations: Operations): Promise<boolean> {
    if (!this.isRepeatable) return false;
    const record = await operations.records.find(this.operationId); // first, because the run is begun before it
    if (await this.#analyses.byOperation(this.operationId)) return true;
    if (record?.expiredAt !== undefined) throw expired(record.id);
    if (record) throw operationIdReused();
    return false;
  }

  /** A hash of what makes the request the same as another one. @param content what it asks for, as JSON */
  fingerprintOf(content: readonly unknown[]): string {
    return hashOf(JSON.stringify([...content, this.webhookUrl]));
  }

  /**
   * The analysis whose run a request with its id has begun.
   * @throws OperationError 400 `OperationIdReused` when that was another request
   */
  async begun(fingerprint: string): Promise<NumberedAnalysis | undefined> {
    const known = this.isRepeatable ? await this.#analyses.byOperation(this.operationId) : undefined;
    if (!known) return undefined;
    if (known.fingerprint !== fingerprint) throw operationIdReused();
    const analysis = await this.#analyses.get(known.id);
    return analysis && { id: known.id, analysis };
  }
}
