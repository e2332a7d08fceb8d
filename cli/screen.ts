import { type WriteStream } from 'node:tty';

/** Shows what goes on: on a terminal one line that changes, elsewhere a line for each change. */
export class Screen {
  private readonly began = performance.now();
  private shown = '';

  constructor(private readonly out: WriteStream | NodeJS.WriteStream) {
    if (out.isTTY) setInterval(() => this.redraw(), 1_000).unref();
  }

  /** @param text what goes on now; elapsed time is added */
  show(text: string): void {
    const isNew = text !== this.shown;
    this.shown = text;
    if (this.out.isTTY) this.redraw();
    else if (isNew) this.out.write(`${this.line(text)}\n`);
  }

  /** Leaves what is shown where it is, and writes a line that stays. */
  say(text: string): void {
    this.end();
    this.out.write(`${plain(text)}\n`);
  }

  /** Ends the line that changes. */
  end(): void {
    if (this.out.isTTY && this.shown !== '') this.out.write('\n');
    this.shown = '';
  }

  private redraw(): void {
    if (this.shown !== '') this.out.write(`\r\x1b[K${this.line(this.shown)}`);
  }

  private line(text: string): string {
    const seconds = Math.round((performance.now() - this.began) / 1_000);
    return `[${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}] ${plain(text)}`;
  }
}

/** What a server says must not steer the terminal. */
const plain = (text: string) => text.replace(/\p{Cc}/gu, ' ');
