import { Page } from '../../ui/page.js';

export default function FilesView() {
  return <Page title="Files">{null}</Page>;
}
