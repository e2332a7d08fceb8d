import { Page } from '../../ui/page.js';

export default function ViolationsView() {
  return <Page title="Violations">{null}</Page>;
}
