/** The kinds of operations that the app has (docs/operations.md), with the calls that start them. */
export const KINDS: Record<string, { path: string; hasTable?: true }> = {
  'plates.recognize': { path: '/plates/recognize' },
  'plates.recognizeBatch': { path: '/plates/recognize-batch', hasTable: true },
  'bankMap.map': { path: '/api/map', hasTable: true },
  'files.analyze': { path: '/cinema/' },
  'books.uploadStart': { path: '/books/{id}:upload-start' },
  'books.uploadFinish': { path: '/books/{id}:upload-finish' },
  'operations.cancelMany': { path: '/status:cancel' },
  'operations.deleteMany': { path: '/status:delete' },
};
