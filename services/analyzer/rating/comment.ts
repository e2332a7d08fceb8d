import { type AnalysisResult } from '../result.js';
import { type Severity } from './severity.js';

const SEVERITY_IN_RUSSIAN: Readonly<Record<Severity, string>> = {
  None: 'не найдено',
  mild: 'слабо',
  moderate: 'умеренно',
  severe: 'сильно',
};
/** Most categories, and scenes of a category, that the comment names. */
const MAX_NAMED = 5;

/** A paragraph in Russian about a result, for people. */
export function commentOf(result: Omit<AnalysisResult, 'comment' | 'scenes'>): string {
  const { rating, decidedBy, violations_quantity: found, statistics, marks } = result;
  const sentences = [`Рекомендуемая возрастная категория: ${rating}.`];
  if (decidedBy.length > 0) {
    const named = decidedBy.slice(0, MAX_NAMED).map(describe);
    const others = decidedBy.length - named.length;
    sentences.push(`Решающие категории: ${named.join('; ')}${others > 0 ? `; и ещё ${others}` : ''}.`);
  }
  const scenes = `сцен с находками: ${statistics.scenesWithFindings} из ${statistics.scenes}`;
  sentences.push(found === 0 ? 'Спорных мест не найдено.' : `Найдено мест: ${found}, ${scenes}.`);
  if (result.targetAudience !== null) sentences.push(audience(result.targetAudience, result.exceeds === true));
  if (marks.length > 0) sentences.push(`Требуется маркировка: ${marks.join(', ')}.`);
  sentences.push('Оценка сделана по словарям и требует проверки человеком.');
  return sentences.join(' ');
}

function describe({ category, severity, scenes }: AnalysisResult['decidedBy'][number]): string {
  const numbers = scenes.slice(0, MAX_NAMED).join(', ') + (scenes.length > MAX_NAMED ? ' и другие' : '');
  return `«${category}» (${SEVERITY_IN_RUSSIAN[severity]}; ${scenes.length === 1 ? 'сцена' : 'сцены'} ${numbers})`;
}

const audience = (target: string, exceeds: boolean) =>
  exceeds ? `Целевая аудитория ${target} превышена.` : `Целевой аудитории ${target} сценарий соответствует.`;
