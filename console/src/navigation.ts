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

interface NavigationItem {
  title: string;
  link: string;
  icon: LucideIcon;
}

/** The path that the console is served at. */
export const BASE = '/console';

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
