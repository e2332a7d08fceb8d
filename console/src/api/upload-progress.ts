/** `fetch` says nothing about the bytes that it has sent; `XMLHttpRequest` does. */

/** A `fetch` for one call with a body, which tells how much of the body is sent, 0 to 1. */
export function fetchWithProgress(onProgress: (sent: number) => void): typeof fetch {
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const { signal, method = 'GET', body } = init;
      const request = new XMLHttpRequest();
      request.open(method, input instanceof Request ? input.url : input);
      request.responseType = 'arraybuffer';
      new Headers(init.headers).forEach((value, name) => request.setRequestHeader(name, value));
      request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
      request.onload = () => {
        const { status, statusText } = request;
        const bytes = request.response as ArrayBuffer;
        const headers = request.getAllResponseHeaders().trim().split('\r\n').map(fieldOf);
        resolve(new Response(BODILESS.includes(status) ? null : bytes, { status, statusText, headers }));
      };
      request.onerror = () => reject(new TypeError('The connection failed.'));
      request.onabort = () => reject((signal?.reason ?? new DOMException('Aborted', 'AbortError')) as Error);
      signal?.addEventListener('abort', () => request.abort(), { once: true });
      request.send(body as XMLHttpRequestBodyInit);
    });
}

const BODILESS = [204, 205, 304];

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
