import { Anchor, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { Download } from 'lucide-react';
import { useMemo } from 'react';
import { save } from '../../api/save.js';
import { count } from '../../ui/format.js';
import { Loading, ErrorPanel } from '../../ui/states.js';
import { useUrlState } from '../../ui/url-state.js';
import { heightOf } from '../../ui/table-height.js';
import { type Column, VirtualTable } from '../../ui/virtual-table.js';
import { useResultOf } from './analyses.js';
import { SceneDrawer } from './scene-drawer.js';
import { type Scene, scenesOf, SEVERITIES, type Summary, titleOf } from './scenes.js';
import { Severity } from './severity.js';

/** The findings of an analysis, scene by scene, with the filters of the URL. */
export function Findings({ analysis, run }: { analysis: number; run: string }) {
  const [params, setParams] = useUrlState();
  const { result, error, refetch } = useResultOf(analysis, run);
  const all = result?.scenes as Scene[] | undefined;
  const columns = useMemo(
    () => columnsWith((scene) => setParams({ scene: String(all?.indexOf(scene)) })),
    [all, setParams],
  );
  if (!result) return error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <Loading />;

  const summary = result as Summary;
  const scenes = result.scenes as Scene[];
  const [from, category] = [params.get('from') ?? 'None', params.get('category') ?? ''];
  const shown = scenesOf(scenes, { from, category });
  const opened = params.has('scene') ? scenes[Number(params.get('scene'))] : undefined;
  return (
    <Stack gap="sm">
      <CategoryBadges summary={summary} />
      <Group gap="sm" align="flex-end">
        <NativeSelect
          size="xs"
          label="Severity from"
          value={from}
          data={SEVERITIES}
          onChange={(event) =>
            setParams({ from: event.currentTarget.value === 'None' ? undefined : event.currentTarget.value })
          }
        />
        <NativeSelect
          size="xs"
          label="Category"
          value={category}
          data={[{ value: '', label: 'All' }, ...(summary.categories ?? []).map(({ category }) => category)]}
          onChange={(event) => setParams({ category: event.currentTarget.value })}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<Download size={14} aria-hidden />}
          onClick={() => save(new Blob([JSON.stringify(result, null, 2)]), `analysis-${analysis}.json`)}
        >
          Result as JSON
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {count(shown.length)} of {count(scenes.length)} scenes
        </Text>
      </Group>
      <VirtualTable
        label="Scenes"
        columns={columns}
        rows={shown}
        rowKey={(scene) => scenes.indexOf(scene)}
        height={heightOf(shown, 'max(320px, calc(100dvh - 440px))')}
      />
      {opened && <SceneDrawer scene={opened} onClose={() => setParams({ scene: undefined })} />}
    </Stack>
  );
}

function columnsWith(onOpen: (scene: Scene) => void): Column<Scene>[] {
  return [
    { title: 'Scene', width: '72px', cell: ({ label, number }) => label ?? number ?? '–' },
    {
      title: 'Heading',
      width: 'minmax(200px, 1.4fr)',
      cell: (scene) => (
        <Anchor component="button" type="button" inherit truncate maw="100%" ta="left" onClick={() => onOpen(scene)}>
          {titleOf(scene)}
        </Anchor>
      ),
    },
    { title: 'Severity', width: '124px', cell: ({ severity }) => severity && <Severity severity={severity} /> },
    {
      title: 'Findings',
      width: '92px',
      align: 'right',
      cell: ({ count: found }) => (found === undefined ? '–' : count(found)),
    },
    {
      title: 'Categories',
      width: 'minmax(240px, 2fr)',
      cell: ({ categories = [] }) => (
        <Text span inherit c="dimmed" title={categories.map(({ category }) => category).join(', ')}>
          {categories.map(({ category, count: found }) => `${category} ${found}`).join(' · ')}
        </Text>
      ),
    },
  ];
}

/** The categories of the whole file with what each one asks for. */
function CategoryBadges({ summary: { categories = [] } }: { summary: Summary }) {
  if (categories.length === 0) return null;
  return (
    <Group gap={6} component="ul" p={0} m={0} aria-label="Categories">
      {categories.map(({ category, severity, age, context }) => (
        <li key={category} className="category" title={context}>
          <Severity severity={severity} of={age ? `${category} ${age}` : category} />
        </li>
      ))}
    </Group>
  );
}
