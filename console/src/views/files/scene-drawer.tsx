import { Badge, Blockquote, Drawer, Group, Mark, Stack, Text } from '@mantine/core';
import { type Finding, INTENSITIES, type Scene, titleOf } from './scenes.js';
import { Severity } from './severity.js';

/** The findings of one scene, each with the words around it. */
export function SceneDrawer({ scene, onClose }: { scene: Scene; onClose: () => void }) {
  const { severity, position, categories = [], findings = [] } = scene;
  const lines = position?.lineFrom !== undefined && `lines ${position.lineFrom} to ${position.lineTo}`;
  return (
    <Drawer
      opened
      closeButtonProps={{ 'aria-label': 'Close' }}
      onClose={onClose}
      position="right"
      size="lg"
      title={titleOf(scene)}
    >
      <Stack>
        <Group gap={6}>
          {severity && <Severity severity={severity} />}
          {lines && (
            <Text size="sm" c="dimmed">
              {lines}
            </Text>
          )}
        </Group>
        <Group gap={6}>
          {categories.map((each) => (
            <Severity key={each.category} severity={each.severity} of={each.category} />
          ))}
        </Group>
        {findings.length === 0 && <Text size="sm">Nothing was found in this scene.</Text>}
        <Stack gap="sm" component="ul" p={0} m={0} aria-label="Findings">
          {findings.map((finding, index) => (
            <Found key={index} finding={finding} />
          ))}
        </Stack>
      </Stack>
    </Drawer>
  );
}

function Found({ finding: { category, intensity, text = '', excerpt = text, line, page } }: { finding: Finding }) {
  const at = excerpt.indexOf(text);
  return (
    <li className="finding">
      <Blockquote p="xs" m={0} fz="sm">
        {at < 0 ? excerpt : excerpt.slice(0, at)}
        {at >= 0 && <Mark>{text}</Mark>}
        {at >= 0 && excerpt.slice(at + text.length)}
      </Blockquote>
      <Group gap={6} mt={4}>
        {category && (
          <Badge variant="default" tt="none" fw={500}>
            {category}
          </Badge>
        )}
        <Text size="xs" c="dimmed">
          {[intensity && INTENSITIES[intensity], page && `page ${page}`, line && `line ${line}`]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </Group>
    </li>
  );
}
