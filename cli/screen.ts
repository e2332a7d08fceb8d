import { type WriteStream } from 'node:tty';

/** Shows progress: on a terminal as one line that is redrawn, otherwise as a line for each change. */
export class Screen {
  readonly #began = performance.now();
  #shown = '';

  readonly #out: WriteStream | NodeJS.WriteStream;

  constructor(out: WriteStream | NodeJS.WriteStream) {
    this.#out = out;

    if (out.isTTY) setInterval(() => this.#redraw(), 1_000).unref();
  }

  get isTerminal(): boolean {
    return this.#out.isTTY;
  }

  /** Shows the current state. @param text the state; the elapsed time is put before it */
  show(text: string): void {
    const isNew = text !== this.#shown;
    this.#shown = text;
    if (this.#out.isTTY) this.#redraw();
    else if (isNew) this.#out.write(`${this.#line(text)}\n`);
  }

  /** Ends the progress line and writes a line that stays. */
  print(text: string): void {
    this.end();
    this.#out.write(`${plain(text)}\n`);
  }

  /** Ends the progress line. */
  end(): void {
    if (this.#out.isTTY && this.#shown !== '') this.#out.write('\n');
    this.#shown = '';
  }

  #redraw(): void {
    if (this.#shown !== '')
      this.#out.write(`\r\x1b[K${this.#line(this.#shown).slice(0, (this.#out.columns || 1_000) - 1)}`);
  }

  #line(text: string): string {
    const seconds = Math.round((performance.now() - this.#began) / 1_000);
    return `[${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}] ${plain(text)}`;
  }
}

/** Replaces control characters, so that a server's text cannot send terminal escape sequences. */
const plain = (text: string) => text.replace(/\p{Cc}/gu, ' ');
