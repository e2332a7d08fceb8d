import { spawn } from 'node:child_process';
import { once } from 'node:events';

type Environment = Readonly<Record<string, string | undefined>>;

/** The command that opens a URL in the user's browser; undefined on a machine without a desktop. */
export function browserCommand(
  url: string,
  platform: NodeJS.Platform,
  environment: Environment,
): [command: string, ...args: string[]] | undefined {
  if (platform === 'darwin') return ['open', url];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]; // no shell reads the URL
  const hasDesktop = ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (environment[name] ?? '') !== '');
  return hasDesktop ? ['xdg-open', url] : undefined;
}

/** Opens a URL, or says why it does not. The browser goes on when this process ends. */
export async function openInBrowser(url: string, note: (line: string) => void): Promise<void> {
  const command = browserCommand(url, process.platform, process.env);
  if (!command) {
    note(`--open: this machine has no desktop (DISPLAY is not set). Open ${url} in a browser.`);
    return;
  }
  const [file, ...args] = command;
  const child = spawn(file, args, { stdio: 'ignore', detached: true });
  child.unref();
  try {
    await once(child, 'spawn');
  } catch (thrown) {
    note(`--open: ${file} does not start (${(thrown as Error).message}). Open ${url} in a browser.`);
  }
}
