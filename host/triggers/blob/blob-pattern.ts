/** The `path` of a blob trigger (BlobPathSource.cs, BindingTemplateToken.cs). */
export interface BlobPattern {
  container: string;
  /** What the names of all matching blobs start with. */
  prefix: string;
  /**
   * The values of the pattern's parameters.
   *
   * @param blobName name of a blob in the container
   * @returns undefined when the name does not match
   */
  match(blobName: string): Record<string, string> | undefined;
}

/** A parameter, or a brace that is written twice. */
const TOKEN = /(\{\{|\}\}|\{[^{}]+\})/;

/**
 * Compiles a path such as `container/{name}.{ext}`. A path without a blob name matches all blobs of the container.
 *
 * @throws Error for an invalid path
 */
export function parseBlobPattern(path: string): BlobPattern {
  const slash = path.indexOf('/');
  const container = slash < 0 ? path : path.slice(0, slash);
  const blob = slash < 0 ? undefined : path.slice(slash + 1);
  if (container.includes('{')) throw new Error(`its path "${path}" has an expression as container`);
  if (container === '' || container.includes('\\') || blob === '')
    throw new Error(`its path "${path}" is not valid: give a container, a slash and a name`);
  if (blob === undefined) return { container, prefix: '', match: () => ({}) };
  const names: string[] = [];
  const literals: string[] = [''];
  const regex = blob.split(TOKEN).map((token, index) => {
    const isToken = index % 2 === 1;
    if (!isToken && /[{}]/.test(token)) throw new Error(`its path "${path}" has an unpaired brace`);
    const literal = isToken ? BRACES[token] : token;
    if (literal === undefined) {
      names.push(token.slice(1, -1).trim());
      literals.push('');
      return '(.*)';
    }
    literals.push((literals.pop() ?? '') + literal);
    return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  const pattern = new RegExp(`^${regex.join('')}$`);
  return {
    container,
    prefix: literals[0] ?? '',
    match: (blobName) => {
      const found = pattern.exec(blobName);
      return found === null
        ? undefined
        : Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? '']));
    },
  };
}

const BRACES: Partial<Record<string, string>> = { '{{': '{', '}}': '}' };
