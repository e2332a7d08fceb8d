import { type ChangedEndpoint, type Endpoint, type NewEndpoint } from '@longhaul/client';
import {
  Button,
  Group,
  Input,
  Modal,
  NativeSelect,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { ErrorPanel } from '../../ui/states.js';
import { create, type Shown, update, workerOf } from './calls.js';

/** The kinds of operation that can be a worker (docs/contracts/managing-operations.md). */
const KINDS: NonNullable<NonNullable<NewEndpoint['worker']>['kind']>[] = ['plates.recognize', 'plates.recognizeBatch'];

type WorkerType = 'url' | 'kind' | 'none';
type Secret = 'keep' | 'generate' | 'none';

interface FormProps {
  /** The endpoint to change; none to make a new one. */
  of?: Shown;
  onClose: () => void;
  onDone: (changed: ChangedEndpoint) => void;
}

/** Makes an endpoint, or changes the settings of one. */
export default function EndpointForm({ of, onClose, onDone }: FormProps) {
  const [id, setId] = useState(of?.id ?? '');
  const [type, setType] = useState<WorkerType>(typeOf(of));
  const [url, setUrl] = useState(of !== undefined && typeOf(of) === 'url' ? workerOf(of) : '');
  const [kind, setKind] = useState(KINDS.find((name) => of !== undefined && name === workerOf(of)) ?? KINDS[0]);
  const [limits, setLimits] = useState({
    workers: of?.workers ?? 1,
    maxSyncWaiting: of?.maxSyncWaiting ?? 100,
    maxQueued: of?.maxQueued ?? 10_000,
  });
  const [secret, setSecret] = useState<Secret>(of === undefined ? 'none' : 'keep');
  const worker = { url: { url, kind: null }, kind: { kind, url: null }, none: null }[type];
  const webhookSecret = { keep: {}, generate: { webhookSecret: 'generate' }, none: { webhookSecret: null } }[secret];
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      of === undefined
        ? create({ id, worker, ...limits, ...(secret === 'generate' && { webhookSecret: 'generate' }) })
        : update(of, { worker, ...limits, ...webhookSecret }),
    onSuccess: onDone,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate();
  };
  const limit = (name: keyof typeof limits, label: string, description: string, max: number) => (
    <NumberInput
      label={label}
      description={description}
      min={0}
      max={max}
      allowDecimal={false}
      thousandSeparator=","
      value={limits[name]}
      onChange={(value) => setLimits({ ...limits, [name]: Number(value) })}
      required
    />
  );
  return (
    <Modal opened onClose={onClose} title={of === undefined ? 'New endpoint' : `Settings of ${of.id}`} size="lg">
      <form onSubmit={submit}>
        <Stack>
          {of === undefined && (
            <TextInput
              label="Id"
              description="Part of its URLs, /v1/{id}/…: 1 to 63 letters, digits, - and _"
              pattern="[A-Za-z0-9][A-Za-z0-9_\-]{0,62}"
              value={id}
              onChange={(event) => setId(event.currentTarget.value)}
              required
              data-autofocus
            />
          )}
          <Input.Wrapper label="Worker" labelElement="div" description="Does the requests of the endpoint">
            <SegmentedControl
              aria-label="Worker"
              mt={4}
              fullWidth
              value={type}
              onChange={setType}
              data={[
                { value: 'url', label: 'A service' },
                { value: 'kind', label: 'An operation' },
                { value: 'none', label: 'None' },
              ]}
            />
          </Input.Wrapper>
          {type === 'url' && (
            <TextInput
              label="URL of the service"
              type="url"
              placeholder="https://gpu.example/run"
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
              required
            />
          )}
          {type === 'kind' && (
            <NativeSelect
              label="Kind of operation"
              data={KINDS}
              value={kind}
              onChange={(event) => setKind(KINDS.find((name) => name === event.currentTarget.value))}
            />
          )}
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            {limit('workers', 'Workers', 'Requests that run at a time', 1_000)}
            {limit('maxSyncWaiting', 'Synchronous waiting', 'Further ones get 503', 10_000)}
            {limit('maxQueued', 'Queue limit', 'Further requests get 429', 1_000_000)}
          </SimpleGrid>
          <NativeSelect
            label="Webhook secret"
            description="Signs what webhooks get"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value as Secret)}
            data={[
              ...(of === undefined ? [] : [{ value: 'keep', label: of.signsWebhooks ? 'Keep it' : 'None, as now' }]),
              ...(of === undefined || of.signsWebhooks ? [{ value: 'none', label: 'None' }] : []),
              { value: 'generate', label: 'Generate a new one' },
            ]}
          />
          {error && <ErrorPanel error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending}>
              {of === undefined ? 'Create endpoint' : 'Save settings'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function typeOf(of: Endpoint | undefined): WorkerType {
  if (of === undefined) return 'url';
  if (of.worker === null) return 'none';
  return 'url' in of.worker ? 'url' : 'kind';
}
