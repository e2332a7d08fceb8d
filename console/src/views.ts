import {
  Activity,
  BookOpen,
  CarFront,
  CodeXml,
  FileVideo,
  Landmark,
  ListTree,
  type LucideIcon,
  ServerCog,
  TriangleAlert,
} from 'lucide-react';
import { type ComponentType, lazy } from 'react';

export interface View {
  /** The path below /console, as wouter matches it; the navigation links to `link`. */
  path: string;
  component: ComponentType;
}

export interface NavigationItem {
  title: string;
  link: string;
  icon: LucideIcon;
}

/** What the navigation shows, in its order (docs/contracts/console.md). */
export const navigation: readonly NavigationItem[] = [
  { title: 'Operations', link: '/operations', icon: ListTree },
  { title: 'Plates', link: '/plates', icon: CarFront },
  { title: 'Bank statements', link: '/bank-statements', icon: Landmark },
  { title: 'Files', link: '/files', icon: FileVideo },
  { title: 'Books', link: '/books', icon: BookOpen },
  { title: 'Serverless', link: '/serverless', icon: ServerCog },
  { title: 'Services', link: '/services', icon: Activity },
  { title: 'Violations', link: '/violations', icon: TriangleAlert },
  { title: 'API', link: '/api', icon: CodeXml },
];

/** Each view is a chunk of its own, so that the first page loads what it shows. */
export const views: readonly View[] = [
  { path: '/operations', component: lazy(() => import('./views/operations/operations.js')) },
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
