import { Button } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useState } from 'react';

// The dialog's code is loaded when somebody asks for it.
const ConfirmDialog = lazy(() => import('./confirm-dialog.js'));

export interface ConfirmProps {
  /** The button, such as `Delete`; also the title's first word. */
  action: string;
  /** What is hit, by name: `operation 6b1c…`. */
  target: string;
  /** What happens, and what cannot be undone. */
  children: ReactNode;
  onConfirm: () => Promise<unknown>;
  disabled?: boolean;
  size?: 'xs' | 'sm' | 'compact-xs' | 'compact-sm';
  leftSection?: ReactNode;
}

/** A button for what cannot be undone: it asks once, and names what it hits. */
export function Confirm(props: ConfirmProps) {
  const [isOpen, setOpen] = useState(false);
  const { action, disabled, size = 'xs', leftSection } = props;
  return (
    <>
      <Button variant="default" size={size} onClick={() => setOpen(true)} disabled={disabled} leftSection={leftSection}>
        {action}
      </Button>
      <Suspense>{isOpen && <ConfirmDialog {...props} onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
