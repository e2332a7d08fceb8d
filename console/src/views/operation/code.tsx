import { type History, type Monitor } from '@longhaul/client';
import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode } from 'react';
import { get } from '../../api/queries.js';
import { KINDS } from '../../kinds.js';
import { CopyCode } from '../../ui/copy.js';

/** Calls of the client package that start a kind (docs/contracts/client.md). */
const METHODS: Record<string, (input: string) => string> = {
  'plates.recognize': (input) => `client.plates.recognize(${input})`,
  'plates.recognizeBatch': (input) => `client.plates.recognizeBatch(${input})`,
  'bankMap.map': () => "client.bankMap.map(await openAsBlob('statement.zip'), { company: 'UAB Demo' })",
  'files.analyze': () => "client.files.analyze({ file_id: 1, target_audience: '12+' })",
  'books.uploadStart': () => "client.books.uploadStart('new', { clientName, clientVersion, files })",
  'books.uploadFinish': () => 'client.books.uploadFinish(bookId, { uploadId })',
  'operations.cancelMany': () => 'client.operations.cancelMany({ ids })',
  'operations.deleteMany': () => 'client.operations.deleteMany({ ids })',
};

/** The same call for programs, and how they follow it. */
export default function CodeTab({ monitor }: { monitor: Monitor }) {
  const { id, kind } = monitor;
  const { data } = useQuery({ ...get<History>(`/status/${id}/history`), staleTime: Infinity });
  const first = data?.spans.find(({ type }) => type === 'orchestrator')?.input;
  const input = publicInput(kind, first);
  const method = METHODS[kind];
  const status = `${location.origin}/status/${id}`;
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        <code>LONGHAUL_KEY</code> is a function key of the app; a local stack without <code>--auth</code> needs none.
        {input.isPlaceholder && ' The input is too long to be shown here, or is not stored; put yours in.'}
      </Text>
      <Part title="Start the same, by curl">
        <CopyCode label="curl command that starts the same" text={curlOf(kind, input.text)} />
      </Part>
      <Part title="Start the same, by the client package">
        <CopyCode
          label="client code that starts the same"
          text={`import { createClient } from '@longhaul/client';

const client = createClient({ baseUrl: '${location.origin}', key: process.env.LONGHAUL_KEY });
const operation = await ${method ? method(input.text) : `client.start('/…', ${input.text})`};
console.log(operation.id, await operation.result());`}
        />
      </Part>
      <Part title="Follow this operation">
        <CopyCode
          label="commands that follow it"
          text={`# once, and each change as server-sent events\ncurl ${status}\ncurl -N ${status}/events\n# by the command line\nnpx longhaul status ${id} --watch --url ${location.origin}`}
        />
        <CopyCode
          label="client code that follows it"
          text={`for await (const monitor of client.resume('${id}').updates()) {\n  console.log(monitor.status, monitor.percentComplete);\n}`}
        />
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Stack gap="xs">{children}</Stack>
    </section>
  );
}

/** The body of the call, as far as the history shows what it was. */
function publicInput(kind: string, input: unknown): { text: string; isPlaceholder: boolean } {
  const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  if (kind === 'plates.recognize' && typeof fields.imageId === 'number') {
    return { text: JSON.stringify({ imageId: fields.imageId }), isPlaceholder: false };
  }
  if (kind === 'plates.recognizeBatch' && Array.isArray(fields.imageIds)) {
    return { text: JSON.stringify({ imageIds: fields.imageIds as unknown[] }), isPlaceholder: false };
  }
  const examples: Record<string, unknown> = {
    'plates.recognize': { imageId: 10022 },
    'plates.recognizeBatch': { imageIds: [10022, 9965] },
    'files.analyze': { file_id: 1, target_audience: '12+' },
    'operations.cancelMany': { ids: ['…'] },
    'operations.deleteMany': { ids: ['…'] },
  };
  return { text: JSON.stringify(examples[kind] ?? {}), isPlaceholder: true };
}

function curlOf(kind: string, input: string): string {
  const call = `curl '${location.origin}${KINDS[kind]?.path ?? '/…'}' \\\n  -H "x-functions-key: $LONGHAUL_KEY" \\\n`;
  if (kind === 'bankMap.map') {
    return `${call}  -H 'Content-Type: application/zip' \\\n  -H "RecognitionForId: $(printf 'UAB Demo' | base64)" \\\n  --data-binary @statement.zip`;
  }
  return `${call}  -H 'Content-Type: application/json' \\\n  -d '${input}'`;
}
