import { headingOf, type Heading } from './headings.js';

/** A scene: the text from `from` to `to` (UTF-16 code units). */
export interface SceneSpan {
  readonly from: number;
  readonly to: number;
  /** Undefined for the text before the first heading, and for a text without headings. */
  readonly heading: Heading | undefined;
}

/** Further headings are text of the last scene. A film has about a hundred. */
export const MAX_SCENES = 5_000;

interface OpenScene {
  from: number;
  heading: Heading | undefined;
  /** Whether it has text after its heading. */
  hasText: boolean;
}

/**
 * Splits a text at its scene headings. The scenes together are the whole text, except for white space before the first
 * heading. A text without headings is one scene.
 */
export function splitScenes(text: string): SceneSpan[] {
  const scenes: SceneSpan[] = [];
  let open: OpenScene = { from: 0, heading: undefined, hasText: false };
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from);
    const to = end === -1 ? text.length : end;
    const line = text.slice(from, Math.min(to, from + 1_000)); // a longer line is no heading
    const heading = scenes.length < MAX_SCENES - 1 ? headingOf(line) : undefined;
    if (!heading) open.hasText ||= line.trim() !== '';
    else if (continues(open, heading)) open.heading = joined(open.heading, heading);
    else {
      if (open.heading || open.hasText) scenes.push({ from: open.from, to: from, heading: open.heading });
      open = { from, heading, hasText: false };
    }
    from = to + 1;
  }
  scenes.push({ from: open.from, to: text.length, heading: open.heading });
  return scenes;
}

/** Whether the heading is the second line of one: `СЦЕНА 5`, then `ИНТ. КУХНЯ - ДЕНЬ`. */
function continues(open: OpenScene, heading: Heading): boolean {
  return open.heading?.setting === null && heading.setting !== null && !open.hasText;
}

function joined(first: Heading | undefined, second: Heading): Heading {
  if (!first) return second;
  return { ...second, heading: `${first.heading} ${second.heading}`.slice(0, 300), label: first.label ?? second.label };
}
