import { Page } from '../../ui/page.js';

export default function BooksView() {
  return <Page title="Books">{null}</Page>;
}
