import { Page } from '../../ui/page.js';

export default function ServerlessView() {
  return <Page title="Serverless">{null}</Page>;
}
