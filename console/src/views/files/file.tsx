import { Page } from '../../ui/page.js';

export default function FileView() {
  return <Page title="File">{null}</Page>;
}
