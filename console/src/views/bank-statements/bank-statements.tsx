import { Page } from '../../ui/page.js';

export default function BankstatementsView() {
  return <Page title="Bank statements">{null}</Page>;
}
