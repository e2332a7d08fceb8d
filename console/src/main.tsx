import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { queries } from './api/queries.js';
import { App } from './app.js';
import { BASE } from './navigation.js';
import { contrastVariables, theme } from './theme.js';
import './styles.css';
import './global.css';

// The policy of the page lets only style elements with its nonce in.
const nonce = document.querySelector<HTMLElement>('script[nonce]')?.nonce;
if (nonce !== undefined) setNonce(nonce); // for the style element of open dialogs (react-remove-scroll)

// Before the first rendering; a redirect in it would render everything twice.
if ([BASE, `${BASE}/`].includes(location.pathname))
  history.replaceState(null, '', `${BASE}/operations${location.search}`);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root.');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={contrastVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce ?? ''}
    >
      <QueryClientProvider client={queries}>
        <Router base={BASE}>
          <App />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
