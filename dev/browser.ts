import fs from 'node:fs';

/** Of Debian, and the usual names elsewhere; `CHROMIUM` names another one. Undefined where there is none. */
export const browserPath = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
  .filter((file) => file !== undefined)
  .find((file) => fs.existsSync(file));
