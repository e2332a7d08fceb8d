import { Page } from '../../ui/page.js';

export default function BookView() {
  return <Page title="Book">{null}</Page>;
}
