/** One budget for everything that is under way when the host stops. */
export class Grace {
  #until = Infinity;

  begin(ms: number): void {
    this.#until = Date.now() + ms;
  }

  leftMs(): number {
    return Math.max(0, this.#until - Date.now());
  }

  /** Waits for `work`, but no longer than there is time. */
  async wait(work: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.leftMs());
    });
    await Promise.race([work, timeout]);
    clearTimeout(timer);
  }
}
