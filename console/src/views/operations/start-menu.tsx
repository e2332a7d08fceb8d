import { Button, Menu } from '@mantine/core';
import { ChevronDown, Hash, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { navigation } from '../../navigation.js';

const PlatesDialog = lazy(() => import('./plates-dialog.js'));
const STARTING_VIEWS = ['/plates', '/bank-statements', '/files', '/books', '/serverless'];

/** Leads to the views that start operations; it is open when it is first shown. */
export default function StartMenu() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Menu position="bottom-end" defaultOpened>
        <Menu.Target>
          <Button
            size="xs"
            leftSection={<Plus size={14} aria-hidden />}
            rightSection={<ChevronDown size={14} aria-hidden />}
          >
            Start something new
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Hash size={14} aria-hidden />} onClick={() => setOpen(true)}>
            Plates by image ids…
          </Menu.Item>
          <Menu.Divider />
          {navigation
            .filter(({ link }) => STARTING_VIEWS.includes(link))
            .map(({ title, link, icon: Icon }) => (
              <Menu.Item key={link} component={Link} href={link} leftSection={<Icon size={14} aria-hidden />}>
                {title}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      <Suspense>{isOpen && <PlatesDialog onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
