import { type StoredFile } from '@longhaul/client';
import { Group, NativeSelect } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ScanSearch, Trash2 } from 'lucide-react';
import { useParams } from 'wouter';
import { api } from '../../api/connection.js';
import { get } from '../../api/queries.js';
import { Confirm } from '../../ui/confirm.js';
import { size } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { Ago } from '../../ui/times.js';
import { useGoTo, useUrlState } from '../../ui/url-state.js';
import { useAnalyses } from './analyses.js';
import { Analysis } from './analysis.js';
import { typeOf } from './file-type.js';
import { StartAnalysis } from './start-analysis.js';

export default function FileView() {
  const number = Number(useParams<{ id: string }>().id);
  const { data: file, error, refetch } = useQuery(get<StoredFile>(`/files/${number}/`));
  const queryClient = useQueryClient();
  const goTo = useGoTo();
  const remove = async () => {
    await api().request('DELETE', `/files/${number}/`);
    await queryClient.invalidateQueries({ queryKey: ['files'] });
    goTo('/files');
  };
  return (
    <Page
      title={file?.name ?? `File ${number}`}
      about={
        file && (
          <>
            File {file.id} · {typeOf(file.name)} · {size(file.size)} · uploaded <Ago date={file.upload} />
          </>
        )
      }
      actions={
        file && (
          <Confirm action="Delete" target={file.name} leftSection={<Trash2 size={14} aria-hidden />} onConfirm={remove}>
            The file is deleted. Its analyses and their results stay.
          </Confirm>
        )
      }
    >
      {!file && (error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <Loading />)}
      {file && <Analyses file={file.id} />}
    </Page>
  );
}

/** The analysis of the URL, or the last one. */
function Analyses({ file }: { file: number }) {
  const [params, setParams] = useUrlState();
  const { analyses, error, refetch } = useAnalyses(file);
  if (!analyses) return error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <Loading />;
  const shown = analyses.find(({ id }) => id === Number(params.get('analysis'))) ?? analyses.at(-1);
  return (
    <>
      <Group justify="space-between" align="flex-end">
        <StartAnalysis file={file} />
        {analyses.length > 1 && shown && (
          <NativeSelect
            size="xs"
            label="Analysis"
            value={String(shown.id)}
            data={analyses.map(({ id, status_file: status }) => ({ value: String(id), label: `${id}, ${status}` }))}
            onChange={(event) =>
              setParams({ analysis: event.currentTarget.value, operation: undefined, scene: undefined })
            }
          />
        )}
      </Group>
      {shown ? (
        <Analysis key={shown.id} analysis={shown} />
      ) : (
        <Empty icon={ScanSearch} title="No analysis yet">
          Choose the audience and start the analysis. The findings are listed scene by scene.
        </Empty>
      )}
    </>
  );
}
