export { browserPath } from '../../dev/browser.js';
