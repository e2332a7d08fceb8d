import { Page } from '../../ui/page.js';

export default function EndpointView() {
  return <Page title="Endpoint">{null}</Page>;
}
