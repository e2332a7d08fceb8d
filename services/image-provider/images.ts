import fs from 'node:fs/promises';
import path from 'node:path';

export interface ImageFile {
  bytes: Buffer;
  type: string;
}

const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};
const FILE_NAME = /^(0|[1-9]\d{0,15})\.(jpe?g|png|webp)$/i;

/**
 * The images of one folder by ID. A requested ID is only a key of the index, which contains names listed from the
 * folder, so that no request can name a path. For an unknown ID the folder is listed again when it has changed.
 */
export class ImageFolder {
  #files = new Map<number, string>();
  #listedMtimeMs = Number.NaN;

  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Lists the folder. Rejects when it does not exist or cannot be read. */
  static async open(dir: string): Promise<ImageFolder> {
    const folder = new ImageFolder(dir);
    await folder.#refresh();
    return folder;
  }

  get size(): number {
    return this.#files.size;
  }

  /** The image with this ID, or undefined. */
  async read(id: number): Promise<ImageFile | undefined> {
    if (!this.#files.has(id)) await this.#refresh();
    const name = this.#files.get(id);
    if (name === undefined) return undefined;
    try {
      const bytes = await fs.readFile(path.join(this.#dir, name));
      return { bytes, type: TYPES[path.extname(name).slice(1).toLowerCase()] ?? 'application/octet-stream' };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      this.#files.delete(id); // deleted since the folder was listed
      return undefined;
    }
  }

  async #refresh(): Promise<void> {
    const { mtimeMs } = await fs.stat(this.#dir);
    if (mtimeMs === this.#listedMtimeMs) return;
    const entries = await fs.readdir(this.#dir, { withFileTypes: true });
    const files = new Map<number, string>();
    for (const entry of entries) {
      const id = Number(FILE_NAME.exec(entry.name)?.[1] ?? Number.NaN);
      if (Number.isSafeInteger(id) && !entry.isDirectory()) files.set(id, entry.name);
    }
    this.#files = files;
    this.#listedMtimeMs = mtimeMs;
  }
}
