import { type ComponentType, lazy } from 'react';
import OperationsView from './views/operations/operations.js';

export interface View {
  /** The path below /console, as wouter matches it; the navigation links to `link`. */
  path: string;
  component: ComponentType;
}

/** Each view is a chunk of its own but the first page, which one more round of requests would delay. */
export const views: readonly View[] = [
  { path: '/operations', component: OperationsView },
  { path: '/operations/:id', component: lazy(() => import('./views/operation/operation.js')) },
  { path: '/plates', component: lazy(() => import('./views/plates/plates.js')) },
  { path: '/bank-statements', component: lazy(() => import('./views/bank-statements/bank-statements.js')) },
  { path: '/files', component: lazy(() => import('./views/files/files.js')) },
  { path: '/files/:id', component: lazy(() => import('./views/files/file.js')) },
  { path: '/books', component: lazy(() => import('./views/books/books.js')) },
  { path: '/books/:id', component: lazy(() => import('./views/books/book.js')) },
  { path: '/serverless', component: lazy(() => import('./views/serverless/endpoints.js')) },
  { path: '/serverless/:id', component: lazy(() => import('./views/serverless/endpoint.js')) },
  { path: '/services', component: lazy(() => import('./views/services/services.js')) },
  { path: '/violations', component: lazy(() => import('./views/violations/violations.js')) },
  { path: '/api', component: lazy(() => import('./views/api/api.js')) },
];
