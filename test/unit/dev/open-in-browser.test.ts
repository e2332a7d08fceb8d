import { browserCommand } from '../../../dev/open-in-browser.js';

const URL = 'http://127.0.0.1:7071/console/';

test.each<[NodeJS.Platform, Record<string, string>, string[] | undefined]>([
  ['darwin', {}, ['open', URL]],
  ['win32', {}, ['rundll32', 'url.dll,FileProtocolHandler', URL]],
  ['linux', { DISPLAY: ':0' }, ['xdg-open', URL]],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open', URL]],
  ['linux', { DISPLAY: '' }, undefined],
  ['linux', {}, undefined],
])('on %s with %j a URL is opened by %j', (platform, environment, command) => {
  expect(browserCommand(URL, platform, environment)).toEqual(command);
});
