import { Button, FileInput, Group, NativeSelect, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { download } from '../../api/connection.js';
import { CopyCode } from '../../ui/copy.js';
import { lasting, size } from '../../ui/format.js';
import { ErrorPanel } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { type Call, type Document, exampleOf, type Parameter } from './document.js';

/** Longer answers are cut: the page shows text, it is no editor. */
const MAX_SHOWN = 100_000;

interface Answer {
  status: number;
  statusText: string;
  headers: string;
  body: string;
  bytes: number;
  ms: number;
}

/** A form that makes the call with the key of the page, and shows what was answered. */
export function TryIt({ document, of }: { document: Document; of: Call }) {
  const { parameters = [], requestBody } = of;
  const types = Object.keys(requestBody?.content ?? {});
  const [values, setValues] = useState<Record<string, string>>({});
  const [type, setType] = useState(types[0] ?? '');
  const [text, setText] = useState(() => textOf(document, of, types[0]));
  const [file, setFile] = useState<File | null>(null);
  const isText = /json|text|form-urlencoded/.test(type);
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: () => send(of, values, type, isText ? text : file),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate();
  };
  const keyOf = (parameter: Parameter) => `${parameter.in}:${parameter.name}`;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {parameters.map((parameter) => (
            <TextInput
              key={keyOf(parameter)}
              size="xs"
              label={<span className="mono">{parameter.name}</span>}
              description={parameter.in}
              placeholder={parameter.schema?.default === undefined ? '' : JSON.stringify(parameter.schema.default)}
              value={values[keyOf(parameter)] ?? ''}
              onChange={({ currentTarget: { value } }) => setValues((all) => ({ ...all, [keyOf(parameter)]: value }))}
              required={parameter.required ?? false}
            />
          ))}
        </SimpleGrid>
        {types.length > 0 && (
          <NativeSelect
            size="xs"
            label="Content type"
            data={types}
            value={type}
            onChange={({ currentTarget: { value } }) => {
              setType(value);
              setText(textOf(document, of, value));
            }}
          />
        )}
        {types.length > 0 &&
          (isText ? (
            <Textarea
              size="xs"
              label="Body"
              classNames={{ input: 'mono' }}
              autosize
              minRows={3}
              maxRows={20}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              spellCheck={false}
            />
          ) : (
            <FileInput size="xs" label="Body" placeholder="Choose a file" value={file} onChange={setFile} />
          ))}
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            {of.method === 'get' ? 'Reads only.' : 'This changes what the app has.'}
          </Text>
          <Button type="submit" size="xs" leftSection={<Play size={14} aria-hidden />} loading={isPending}>
            Send
          </Button>
        </Group>
        {error && <ErrorPanel error={error} />}
        {data && <AnswerView of={data} />}
      </Stack>
    </form>
  );
}

function AnswerView({ of }: { of: Answer }) {
  return (
    <Stack gap="xs" role="status">
      <Group gap="xs">
        <Status status={of.status < 400 ? 'ok' : 'failing'} label={`${of.status} ${of.statusText}`.trim()} />
        <Text size="sm" c="dimmed">
          {lasting(of.ms)}, {size(of.bytes)}
        </Text>
      </Group>
      <CopyCode text={of.headers} label="headers" />
      {of.body !== '' && <CopyCode text={of.body} label="body" />}
    </Stack>
  );
}

function textOf(document: Document, of: Call, type: string | undefined): string {
  const media = of.requestBody?.content[type ?? ''];
  if (media === undefined) return '';
  const example = media.example ?? exampleOf(document, media.schema ?? {});
  if (!type?.includes('form')) return JSON.stringify(example, null, 2);
  return String(new URLSearchParams(example as Record<string, string>));
}

async function send(
  of: Call,
  values: Record<string, string>,
  type: string,
  body: string | File | null,
): Promise<Answer> {
  const given = (place: Parameter['in']) =>
    (of.parameters ?? []).flatMap(({ in: at, name }): [string, string][] => {
      const value = values[`${at}:${name}`] ?? '';
      return at === place && value !== '' ? [[name, value]] : [];
    });
  const path = given('path').reduce(
    (path, [name, value]) => path.replace(`{${name}}`, encodeURIComponent(value)),
    of.path,
  );
  const query = new URLSearchParams(given('query'));
  const hasBody = of.requestBody !== undefined && body !== null;
  const headers = new Headers(given('header'));
  const form = new FormData();
  if (type === 'multipart/form-data' && body instanceof File) form.set('file', body);
  else if (hasBody) headers.set('Content-Type', type);
  const began = performance.now();
  const answer = await download(`${path}${query.size > 0 ? `?${query}` : ''}`, {
    method: of.method.toUpperCase(),
    headers,
    ...(hasBody && { body: type === 'multipart/form-data' ? form : body }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    statusText: answer.statusText,
    headers: [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n'),
    body: prettyOf(text).slice(0, MAX_SHOWN),
    bytes: new Blob([text]).size,
    ms: performance.now() - began,
  };
}

function prettyOf(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // no JSON: shown as it is
  }
}
