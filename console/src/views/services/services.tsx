import { Page } from '../../ui/page.js';

export default function ServicesView() {
  return <Page title="Services">{null}</Page>;
}
