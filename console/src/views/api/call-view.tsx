import { Box, Code, Group, Stack, Table, Tabs, Text, Title } from '@mantine/core';
import { CopyCode, CopyIcon } from '../../ui/copy.js';
import { type Call, type Document, exampleOf, type Parameter, type Schema, typeOf } from './document.js';
import { Fields } from './fields.js';
import { Method } from './method.js';
import { TryIt } from './try-it.js';

/** One call: what it takes and answers, and a form that makes it. */
export function CallView({ document, of }: { document: Document; of: Call }) {
  const { parameters = [], requestBody } = of;
  return (
    <Stack gap="md">
      <Box>
        <Title order={2}>{of.summary}</Title>
        <Group gap="xs" mt={4} wrap="nowrap">
          <Method name={of.method} />
          <Code className="api-path">{of.path}</Code>
          <CopyIcon value={of.path} label="Copy the path" />
        </Group>
        {of.description !== undefined && (
          <Text size="sm" mt="xs">
            {of.description.replaceAll('`', '')}
          </Text>
        )}
      </Box>
      <Tabs defaultValue="reference" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="reference">Reference</Tabs.Tab>
          <Tabs.Tab value="try">Try it</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="reference" pt="md">
          <Stack gap="lg">
            {parameters.length > 0 && <Parameters document={document} of={parameters} />}
            {requestBody && (
              <Content title="Body" about={requestBody.description} document={document} content={requestBody.content} />
            )}
            {Object.entries(of.responses).map(([status, { description, content = {} }]) => (
              <Content
                key={status}
                title={`Answer ${status}`}
                about={description}
                document={document}
                content={Number(status) < 400 ? content : {}}
              />
            ))}
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="try" pt="md">
          <TryIt document={document} of={of} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Parameters({ document, of }: { document: Document; of: Parameter[] }) {
  return (
    <Box>
      <Title order={3} size="sm" mb={4}>
        Parameters
      </Title>
      <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table fz="sm" verticalSpacing={4} aria-label="Parameters">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>In</Table.Th>
              <Table.Th>Type</Table.Th>
              <Table.Th>Meaning</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {of.map(({ name, in: place, required, description, schema = {} }) => (
              <Table.Tr key={place + name}>
                <Table.Td className="mono">
                  {name}
                  {required && <Required />}
                </Table.Td>
                <Table.Td>{place}</Table.Td>
                <Table.Td>{typeOf(document, schema)}</Table.Td>
                <Table.Td>{(description ?? schema.description ?? '').replaceAll('`', '')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Box>
  );
}

function Required() {
  return (
    <Text span size="xs" c="dimmed">
      {' '}
      required
    </Text>
  );
}

interface ContentProps {
  title: string;
  about: string | undefined;
  document: Document;
  content: Record<string, { schema?: Schema; example?: unknown }>;
}

function Content({ title, about, document, content }: ContentProps) {
  return (
    <Box>
      <Title order={3} size="sm">
        {title}
      </Title>
      {about !== undefined && <Text size="sm">{about.replaceAll('`', '')}</Text>}
      {Object.entries(content).map(([type, { schema = {}, example }]) => (
        <Box key={type} mt={4}>
          <Text size="xs" c="dimmed" className="mono">
            {type}
          </Text>
          <Fields document={document} of={schema} />
          {type.endsWith('json') && (
            <CopyCode
              text={JSON.stringify(example ?? exampleOf(document, schema), null, 2)}
              label={`${title}, example`}
            />
          )}
        </Box>
      ))}
    </Box>
  );
}
