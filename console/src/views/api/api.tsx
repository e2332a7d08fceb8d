import { Page } from '../../ui/page.js';

export default function APIView() {
  return <Page title="API">{null}</Page>;
}
