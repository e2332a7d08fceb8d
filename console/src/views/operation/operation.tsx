import { Page } from '../../ui/page.js';

export default function OperationView() {
  return <Page title="Operation">{null}</Page>;
}
