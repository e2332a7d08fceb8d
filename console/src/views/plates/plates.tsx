import { Group, Modal, SegmentedControl, Stack } from '@mantine/core';
import { CarFront } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { DownloadButton, useResultDownload } from '../../ui/download-button.js';
import { count } from '../../ui/format.js';
import { OperationStrip } from '../../ui/operation-strip.js';
import { Page } from '../../ui/page.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { useUrlState } from '../../ui/url-state.js';
import { setOf } from './dropped.js';
import { type Picture, useDroppedPictures, useOperationPictures } from './pictures.js';
import { Reading } from './plate-card.js';
import { PlateGrid } from './plate-grid.js';
import { PlatePicture } from './plate-picture.js';
import { PlatesForm } from './plates-form.js';

/** Which pictures each choice shows. */
const SHOWN: Record<string, (picture: Picture) => boolean> = {
  all: () => true,
  read: ({ plate }) => plate !== undefined,
  failed: ({ error }) => error !== undefined,
};

export default function PlatesView() {
  const [params, setParams] = useUrlState();
  const [operation, set] = [params.get('operation') ?? undefined, setOf(params.get('pictures'))];
  const ofOperation = useOperationPictures(operation);
  const ofSet = useDroppedPictures(set);
  const { pictures, error, retry } = set ? ofSet : ofOperation;
  const csv = useResultDownload(operation ?? '', 'text/csv', `plates-${operation}.csv`);
  const show = params.get('show') ?? 'all';
  const opened = pictures.find(({ key }) => key === params.get('picture'));
  const shown = useMemo(() => pictures.filter(SHOWN[show] ?? (() => true)), [pictures, show]);
  const open = useCallback(({ key }: Picture) => setParams({ picture: key }), [setParams]);

  return (
    <Page title="Plates" about="Reads the license plate on each picture.">
      <PlatesForm />
      {error ? <ErrorPanel error={error} {...(retry && { onRetry: retry })} /> : null}
      {!operation && !set && (
        <Empty icon={CarFront} title="No pictures yet">
          Type the ids of images at the image provider, or drop pictures of cars. Each picture gets its plate, how sure
          the reading is, and what else it may be.
        </Empty>
      )}
      {operation && !set && !ofOperation.monitor && !error && <Loading rows={3} />}
      {operation && !set && ofOperation.monitor && (
        <OperationStrip monitor={ofOperation.monitor} items="images">
          {ofOperation.monitor.status === 'Succeeded' && <DownloadButton what="CSV" {...csv} />}
        </OperationStrip>
      )}
      {csv.error && <ErrorPanel error={csv.error} title="The result cannot be downloaded" />}
      {pictures.length > 1 && (
        <Group>
          <SegmentedControl
            size="xs"
            aria-label="Which pictures are shown"
            value={show}
            onChange={(choice) => setParams({ show: choice === 'all' ? undefined : choice })}
            data={Object.entries(SHOWN).map(([value, has]) => ({
              value,
              label: `${value[0]?.toUpperCase()}${value.slice(1)} ${count(pictures.filter(has).length)}`,
            }))}
          />
        </Group>
      )}
      <PlateGrid pictures={shown} onOpen={open} />
      {opened && (
        <Modal
          opened
          closeButtonProps={{ 'aria-label': 'Close' }}
          onClose={() => setParams({ picture: undefined })}
          title={opened.title}
          size="xl"
        >
          <Stack gap="sm">
            {opened.error && <ErrorPanel error={opened.error} title="Not read" />}
            <PlatePicture picture={opened} height="min(60dvh, 480px, 75vw)" isLarge={!opened.error} />
            {!opened.error && <Reading picture={opened} shown={Infinity} />}
          </Stack>
        </Modal>
      )}
    </Page>
  );
}
