import { type ServerResponse } from 'node:http';
import { type Environment } from '../config/app-settings.js';
import { sendBytes, sendEmpty } from './responses.js';

const PAGE = `<!DOCTYPE html>
<html lang="en">
  <head>
    <title>Azure Functions app</title>
  </head>
  <body>
    <p>The app is running.</p>
  </body>
</html>
`;

/** Answers a request for `/` that no function serves (HomepageMiddleware.cs). */
export function sendHomePage(response: ServerResponse, { AzureWebJobsDisableHomepage: isDisabled }: Environment): void {
  if (isDisabled?.toLowerCase() === 'true') sendEmpty(response, 204);
  else sendBytes(response, 200, { 'Content-Type': 'text/html' }, PAGE);
}
