import { trapText } from '../../azure-differences.js';
import { type DurableSettings } from '../../contracts.js';

type VersionSettings = Pick<DurableSettings, 'defaultVersion' | 'versionMatchStrategy' | 'versionFailureStrategy'>;

/**
 * Why an orchestration with this version does not run here: `versionMatchStrategy` and `versionFailureStrategy` of
 * host.json (TaskOrchestrationDispatcher.cs). The version of the app is `defaultVersion`.
 *
 * @returns undefined when it runs
 */
export function versionMismatch(version: string, settings: VersionSettings): string | undefined {
  const { defaultVersion, versionMatchStrategy, versionFailureStrategy } = settings;
  const own = defaultVersion ?? '';
  const matches =
    versionMatchStrategy === 'None' ||
    (versionMatchStrategy === 'Strict' ? version === own : compareVersions(version, own) <= 0);
  if (matches) return undefined;
  if (versionFailureStrategy === 'Fail') return 'Orchestration version did not comply with Worker Versioning';
  return trapText(
    `stays Pending forever: its version is '${version}', and defaultVersion in host.json is ${defaultVersion === null ? 'not set' : `'${own}'`}`,
    'Set defaultVersion, or set versionMatchStrategy in host.json to None.',
  );
}

/** The order of two versions: none first, then by number where both have numbers, else as text (VersioningSettings.cs). */
function compareVersions(a: string, b: string): number {
  if (a.trim() === '' || b.trim() === '') return Number(a.trim() !== '') - Number(b.trim() !== '');
  const [first, second] = [numbersOf(a), numbersOf(b)];
  if (first === undefined || second === undefined)
    return a.toLowerCase() < b.toLowerCase() ? -1 : Number(a.toLowerCase() !== b.toLowerCase());
  for (let index = 0; index < 4; index++) {
    const difference = (first[index] ?? -1) - (second[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The numbers of a .NET version: two to four. */
function numbersOf(version: string): number[] | undefined {
  return /^\s*\d+(\s*\.\s*\d+){1,3}\s*$/.test(version) ? version.split('.').map(Number) : undefined;
}
