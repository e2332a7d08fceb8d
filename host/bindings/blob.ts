import { type Binding, type TypedData } from '../contracts.js';
import { type InputBinding, type OutputBinding, type StorageContext, textOption } from './binding-types.js';
import { createOn404, undefinedOn404, withBlobTimeout, withTimeout } from './storage-clients.js';

/**
 * `input.storageBlob`: the blob's content, or nothing when it does not exist. As in the genuine host it is text, which
 * the library parses when it is JSON, unless the binding has `dataType: 'binary'`.
 */
export function blobInput(binding: Binding, context: StorageContext): InputBinding {
  const locate = blobAt(binding, context);
  const binary = /^(?:binary|stream)$/i.test(String(binding.dataType));
  return {
    async read(data) {
      const { blob } = locate(data);
      const bytes = await undefinedOn404(() => blob.downloadToBuffer(undefined, undefined, withBlobTimeout()));
      if (bytes === undefined) return undefined;
      return binary ? { bytes } : { string: bytes.toString('utf8') };
    },
  };
}

/** `output.storageBlob`: replaces the blob; a missing container is created. */
export function blobOutput(binding: Binding, context: StorageContext): OutputBinding {
  const locate = blobAt(binding, context);
  return {
    async write(value, data) {
      const { container, blob } = locate(data);
      const bytes = bytesOf(value);
      await createOn404(
        () => blob.uploadData(bytes, withBlobTimeout()),
        () => container.createIfNotExists(withTimeout()),
      );
    },
  };
}

function blobAt(binding: Binding, { clients, compile }: StorageContext) {
  const path = compile(textOption(binding, 'path'));
  clients.check(binding.connection);
  return (data: Parameters<typeof path.resolve>[0]) => {
    const resolved = path.resolve(data);
    const [containerName = '', ...rest] = resolved.replace(/^\//, '').split('/');
    const name = rest.join('/');
    if (containerName === '' || name === '') {
      throw new Error(`"${resolved}" is not a blob path: give a container, a slash and a name`);
    }
    const container = clients.container(binding.connection, containerName);
    return { container, blob: container.getBlockBlobClient(name) };
  };
}

function bytesOf({ string, json, bytes, int, double }: TypedData): Buffer {
  return Buffer.from((bytes as Uint8Array<ArrayBuffer> | undefined) ?? string ?? json ?? String(int ?? double));
}
