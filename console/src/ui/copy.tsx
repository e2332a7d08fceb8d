import { ActionIcon, Code, CopyButton, Group } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Check, Copy } from 'lucide-react';

/** A button that copies a text. */
export function CopyIcon({ value, label }: { value: string; label: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          onClick={copy}
          title={label}
          aria-label={copied ? 'Copied' : label}
        >
          {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        </ActionIcon>
      )}
    </CopyButton>
  );
}

/** The same for the rows of long lists: one element, which the style sheet draws. */
export function CopyRow({ value, label }: { value: string; label: string }) {
  const { copied, copy } = useClipboard();
  return (
    <button
      type="button"
      className="copy-row"
      data-copied={copied || undefined}
      onClick={() => copy(value)}
      aria-label={copied ? 'Copied' : label}
      title={label}
    />
  );
}

/** Code with a button that copies it. */
export function CopyCode({ text, label }: { text: string; label: string }) {
  return (
    <Group align="flex-start" wrap="nowrap" gap={4}>
      <Code block flex={1} tabIndex={0} aria-label={label} className="code">
        {text}
      </Code>
      <CopyIcon value={text} label={`Copy ${label}`} />
    </Group>
  );
}
