/**
 * What the page shows of a result. The app takes any JSON from an analyzer (docs/contracts/files.md); these members are
 * those of the project's own one (docs/analyzer.md, The result), and each may be missing.
 */
export interface Scene {
  number?: number;
  label?: string | null;
  heading?: string | null;
  location?: string | null;
  timeOfDay?: string | null;
  position?: { lineFrom?: number; lineTo?: number; pageFrom?: number | null };
  severity?: string;
  count?: number;
  categories?: { category: string; severity: string; count: number }[];
  findings?: Finding[];
}

export interface Finding {
  category?: string;
  /** 1 to 3 (docs/analyzer.md, Terms). */
  intensity?: number;
  text?: string;
  excerpt?: string;
  line?: number | null;
  page?: number | null;
}

export interface Summary {
  rating?: string;
  severity?: string;
  targetAudience?: string | null;
  exceeds?: boolean | null;
  violations_quantity?: number;
  categories?: { category: string; context?: string; severity: string; age?: string; count: number }[];
}

/** The same as `docs/analyzer.md, Severity` has them, the mildest first. */
export const SEVERITIES = ['None', 'mild', 'moderate', 'severe'];

export const INTENSITIES: Record<number, string> = {
  1: 'a mention',
  2: 'an act or a strong word',
  3: 'cruel, obscene or explicit',
};

export const titleOf = ({ number, label, heading }: Scene): string =>
  heading ?? (label ? `Scene ${label}` : `Scene ${number ?? ''} without a heading`);

export interface Filter {
  /** The mildest severity that is shown. */
  from: string;
  category: string;
}

export function scenesOf(scenes: readonly Scene[], { from, category }: Filter): Scene[] {
  const least = SEVERITIES.indexOf(from);
  return scenes.filter(
    ({ severity = 'None', categories = [] }) =>
      SEVERITIES.indexOf(severity) >= least &&
      (category === '' || categories.some((each) => each.category === category)),
  );
}
