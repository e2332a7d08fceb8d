import { type AnalyzeRequest } from '@longhaul/client';
import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ScanSearch } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { api } from '../../api/connection.js';
import { ErrorPanel } from '../../ui/states.js';
import { useUrlState } from '../../ui/url-state.js';

const AUDIENCES: AnalyzeRequest['target_audience'][] = ['0+', '6+', '12+', '16+', '18+'];

/** Starts an analysis of a file; the operation is in the URL. */
export function StartAnalysis({ file }: { file: number }) {
  const queryClient = useQueryClient();
  const [, setParams] = useUrlState();
  const [audience, setAudience] = useState<AnalyzeRequest['target_audience']>('12+');
  const [comment, setComment] = useState('');
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const request = { file_id: file, target_audience: audience };
      const operation = await api().files.analyze(comment.trim() === '' ? request : { ...request, comment });
      setComment('');
      const id = operation.started?.id;
      await queryClient.invalidateQueries();
      setParams({ analysis: String(id), operation: operation.id });
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate();
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="flex-end">
        <NativeSelect
          size="xs"
          label="Audience"
          value={audience}
          data={AUDIENCES}
          onChange={(event) => setAudience(event.currentTarget.value as AnalyzeRequest['target_audience'])}
        />
        <TextInput
          size="xs"
          label="Comment"
          placeholder="optional"
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" loading={isPending} leftSection={<ScanSearch size={14} aria-hidden />}>
          Analyze
        </Button>
      </Group>
      {error && <ErrorPanel error={error} />}
    </form>
  );
}
