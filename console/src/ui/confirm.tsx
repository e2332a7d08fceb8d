import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { type ConfirmProps } from './confirm-dialog.js';

// The dialog's code is loaded when somebody asks for it.
const ConfirmDialog = lazy(() => import('./confirm-dialog.js'));

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
