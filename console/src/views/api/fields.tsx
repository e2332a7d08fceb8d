import { Box, Button, Group, List, Text } from '@mantine/core';
import { useState } from 'react';
import { type Document, resolved, type Schema, typeOf } from './document.js';

/** The fields of a schema; those of a nested one are shown when asked for. */
export function Fields({ document, of }: { document: Document; of: Schema }) {
  const schema = objectOf(document, of);
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return <Text size="sm">{typeOf(document, of)}</Text>;
  return (
    <List listStyleType="none" size="sm" spacing={4} my={4}>
      {fields.map(([name, field]) => (
        <List.Item key={name}>
          <Field document={document} name={name} of={field} isRequired={schema.required?.includes(name) ?? false} />
        </List.Item>
      ))}
    </List>
  );
}

interface FieldProps {
  document: Document;
  name: string;
  of: Schema;
  isRequired: boolean;
}

function Field({ document, name, of, isRequired }: FieldProps) {
  const [isOpen, setOpen] = useState(false);
  const isNested = Object.keys(objectOf(document, of).properties ?? {}).length > 0;
  const about = resolved(document, of).description;
  return (
    <Box>
      <Group gap="xs" align="baseline">
        <Text span className="mono" fw={500}>
          {name}
        </Text>
        <Text span size="sm" c="dimmed">
          {[typeOf(document, of), ...(isRequired ? ['required'] : [])].join(', ')}
        </Text>
        {isNested && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => setOpen(!isOpen)}
            aria-expanded={isOpen}
            aria-label={`${isOpen ? 'Hide' : 'Show'} fields of ${name}`}
          >
            {isOpen ? 'Hide fields' : 'Show fields'}
          </Button>
        )}
      </Group>
      {about !== undefined && <Text size="sm">{about.replaceAll('`', '')}</Text>}
      {isNested && isOpen && (
        <Box ps="md">
          <Fields document={document} of={of} />
        </Box>
      )}
    </Box>
  );
}

/** The object that a schema is, or holds: in a list, or where it may be null. */
function objectOf(document: Document, of: Schema): Schema {
  const schema = resolved(document, of);
  if (schema.items) return objectOf(document, schema.items);
  const parts = (schema.anyOf ?? schema.oneOf ?? []).map((part) => resolved(document, part));
  return parts.find(({ properties }) => properties !== undefined) ?? schema;
}
