/** Waits between the six attempts, each about twice the one before, five minutes in all. */
export const WEBHOOK_GAPS_MS: readonly number[] = [5_000, 15_000, 35_000, 80_000, 165_000];

/** The same waits, scaled so that they take `spanMs` in all. */
export function webhookGapsMs(spanMs: number): number[] {
  const total = WEBHOOK_GAPS_MS.reduce((sum, gap) => sum + gap, 0);
  return WEBHOOK_GAPS_MS.map((gap) => Math.round((gap * spanMs) / total));
}

/** How an attempt failed, if it did, and whether further attempts cannot help. */
export interface AttemptResult {
  /** Of the receiver's last answer, if there was one. */
  statusCode?: number;
  error?: string;
  final?: boolean;
}

export interface DeliveryState {
  state: 'pending' | 'delivered' | 'given up';
  attempts: number;
  /** Why the last attempt failed. */
  error?: string;
}

/** How far a delivery is after an attempt. */
export function stateAfter(
  attempts: number,
  { error, final = false }: Omit<AttemptResult, 'statusCode'>,
  isLast: boolean,
): DeliveryState {
  if (error === undefined) return { state: 'delivered', attempts };
  return { state: isLast || final ? 'given up' : 'pending', attempts, error };
}
