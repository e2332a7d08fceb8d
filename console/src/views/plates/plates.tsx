import { Page } from '../../ui/page.js';

export default function PlatesView() {
  return <Page title="Plates">{null}</Page>;
}
