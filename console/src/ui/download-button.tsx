import { Button } from '@mantine/core';
import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { saveAnswer } from '../api/save.js';

/** A download of the result of an operation, for a `DownloadButton`; its view shows the `error`. */
export const useResultDownload = (operation: string, accept: 'text/csv' | 'application/json', name: string) =>
  useMutation({ mutationFn: () => saveAnswer(`/status/${operation}/result`, accept, name) });

interface DownloadButtonProps extends Pick<UseMutationResult<void, Error, void>, 'isPending' | 'mutate'> {
  what: string;
}

export function DownloadButton({ what, isPending, mutate }: DownloadButtonProps) {
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Download size={14} aria-hidden />}
      loading={isPending}
      onClick={() => mutate()}
    >
      {what}
    </Button>
  );
}
