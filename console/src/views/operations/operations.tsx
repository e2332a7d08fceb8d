import { Page } from '../../ui/page.js';

export default function OperationsView() {
  return <Page title="Operations">{null}</Page>;
}
