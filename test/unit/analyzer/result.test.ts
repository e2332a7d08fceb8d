import { analyzeText } from '../../../services/analyzer/analyze-text.js';
import { nameOf } from '../../../services/analyzer/download.js';
import { analysisResult, MAX_FINDINGS, MAX_FINDINGS_OF_SCENE } from '../../../services/analyzer/result.js';
import { retryAfterMs } from '../../../services/analyzer/retries.js';
import { readFile } from '../../support/documents.js';

const analyze = (text: string, pageStarts?: number[]) =>
  analysisResult.parse(analyzeText({ format: 'txt', text, pageStarts }, '12+'));

test('a finding says where it is, in the text, on its line and page', () => {
  const text = 'ИНТ. ДОМ - НОЧЬ\nТихо.\nОн взял пистолет и вышел, не оглянувшись.\nКонец.';
  const result = analyze(text, [0, 16]);
  const [scene] = result.scenes;
  expect(scene).toMatchObject({ number: 1, heading: 'ИНТ. ДОМ - НОЧЬ', severity: 'mild', words: 12, count: 1 });
  expect(scene?.position).toEqual({ from: 0, to: text.length, lineFrom: 1, lineTo: 4, pageFrom: 1, pageTo: 2 });
  expect(scene?.findings).toEqual([
    {
      category: 'Оружие / стрельба',
      intensity: 1,
      text: 'пистолет',
      excerpt: 'ИНТ. ДОМ - НОЧЬ Тихо. Он взял пистолет и вышел, не оглянувшись. Конец.',
      from: text.indexOf('пистолет'),
      to: text.indexOf('пистолет') + 8,
      line: 3,
      page: 2,
    },
  ]);
});

test('one mention decides no age, and the scenes that decide it are named', () => {
  expect(analyze('Он взял пистолет.')).toMatchObject({ rating: '0+', severity: 'mild', decidedBy: [], exceeds: false });
  const result = analyze('INT. A - DAY\nA gun.\nINT. B - DAY\nHe fucking swears. Fuck!\nINT. C - DAY\nA gun.');
  expect(result).toMatchObject({ rating: '18+', exceeds: true, violations_quantity: 4 });
  expect(result.decidedBy).toEqual([{ category: 'Нецензурная лексика', severity: 'severe', scenes: [2] }]);
  expect(result.comment).toBe(
    'Рекомендуемая возрастная категория: 18+. Решающие категории: «Нецензурная лексика» (сильно; сцена 2). ' +
      'Найдено мест: 4, сцен с находками: 3 из 3. Целевая аудитория 12+ превышена. ' +
      'Оценка сделана по словарям и требует проверки человеком.',
  );
});

test('a category that needs a mark has no age', () => {
  const result = analyze('Плашка: признан иностранным агентом. Иноагент!');
  expect(result.marks).toEqual(['Иностранные агенты / политическая маркировка']);
  expect(result.rating).toBe('0+');
});

test('a result is bounded, and its counts are whole', () => {
  const scene = `INT. BAR - DAY\n${'He drinks whiskey with a gun in his blood, and they kill. '.repeat(100)}\n`;
  const result = analyze(scene.repeat(150));
  const kept = result.scenes.map(({ findings }) => findings.length);
  expect(Math.max(...kept)).toBe(MAX_FINDINGS_OF_SCENE);
  expect(kept.reduce((a, b) => a + b)).toBe(MAX_FINDINGS);
  expect(result.violations_quantity).toBe(result.scenes.reduce((sum, { count }) => sum + count, 0));
  expect(result.violations_quantity).toBeGreaterThan(2 * MAX_FINDINGS);
  for (const one of result.scenes) expect(Buffer.byteLength(JSON.stringify(one))).toBeLessThan(200_000);
});

test.each([
  ['attachment; filename="x"; filename*=UTF-8\'\'%D1%81%D1%86%D0%B5%D0%BD%D0%B0.pdf', 'сцена.pdf'],
  ["attachment; filename*=UTF-8''%E0%A4%A", '%E0%A4%A'],
  ['attachment; filename="a \\"b\\".txt"', 'a "b".txt'],
  ['inline; filename=a.json', 'a.json'],
  ['attachment', ''],
])('the name in %s is %s', (header, name) => {
  expect(nameOf(header)).toBe(name);
});

test('the wait that a server asks for is seconds or a date', () => {
  expect(retryAfterMs('2')).toBe(2_000);
  expect(retryAfterMs(new Date(Date.now() - 60_000).toUTCString())).toBe(0);
  expect([retryAfterMs(undefined), retryAfterMs(''), retryAfterMs('soon')]).toEqual([undefined, undefined, undefined]);
});

test('the example in docs/analyzer.md is a result', () => {
  const [, example = ''] = /```json\n(.*?)```/s.exec(readFile('docs/analyzer.md')) ?? [];
  expect(() => analysisResult.parse(JSON.parse(example))).not.toThrow();
});
