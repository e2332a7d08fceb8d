import { headingOf } from '../../../services/analyzer/scenes/headings.js';
import { MAX_SCENES, splitScenes } from '../../../services/analyzer/scenes/split.js';

test.each([
  ['ИНТ. КВАРТИРА - ДЕНЬ', null, 'INT', 'КВАРТИРА', 'ДЕНЬ'],
  ['12. ИНТ. КВАРТИРА ИВАНОВЫХ. КУХНЯ - НОЧЬ', '12', 'INT', 'КВАРТИРА ИВАНОВЫХ - КУХНЯ', 'НОЧЬ'],
  ['12А. НАТ. КАФЕ-БАР — РАННЕЕ УТРО', '12А', 'EXT', 'КАФЕ-БАР', 'РАННЕЕ УТРО'],
  ['1-7. ИНТ./НАТ. МАШИНА. ДЕНЬ.', '1-7', 'INT/EXT', 'МАШИНА', 'ДЕНЬ'],
  ['СЦЕНА 5', '5', null, null, null],
  ['СЦЕНА № 5. КВАРТИРА. ВЕЧЕР', '5', null, 'КВАРТИРА', 'ВЕЧЕР'],
  ['СЦЕНА 5. НАТ. ДВОР - ДЕНЬ', '5', 'EXT', 'ДВОР', 'ДЕНЬ'],
  ['Инт. Квартира Анны. День', null, 'INT', 'Квартира Анны', 'День'],
  ['7. КВАРТИРА АННЫ. ИНТ. ВЕЧЕР', '7', 'INT', 'КВАРТИРА АННЫ', 'ВЕЧЕР'],
  ['INT. KITCHEN - NIGHT', null, 'INT', 'KITCHEN', 'NIGHT'],
  ["EXT. O'HARA RANCH - MOMENTS LATER", null, 'EXT', "O'HARA RANCH", 'MOMENTS LATER'],
  ['INT./EXT. CAR - CONTINUOUS', null, 'INT/EXT', 'CAR', 'CONTINUOUS'],
  ['I/E. TRAIN - DAWN', null, 'INT/EXT', 'TRAIN', 'DAWN'],
  ['23B INT. BAR', '23B', 'INT', 'BAR', null],
  ['SCENE 12: THE YARD', '12', null, 'THE YARD', null],
])('%s is a heading', (line, label, setting, location, timeOfDay) => {
  expect(headingOf(`  ${line} `)).toEqual({ heading: line, label, setting, location, timeOfDay });
});

test.each([
  'НАТАША',
  'ИНТЕРЕСНО, ЧТО БУДЕТ?',
  'Интересно. Он ушёл.',
  'Нат посмотрела на него.',
  'INTERVIEWER',
  'The interior is dark.',
  'Сцена 5 из нашего спектакля была лучшей.',
  '12. Купить молока.',
  'EXTRA CHEESE',
  '',
])('%s is no heading', (line) => {
  expect(headingOf(line)).toBeUndefined();
});

test('the scenes together are the text', () => {
  const text = 'НАЗВАНИЕ\n\nСЦЕНА 1\n\nИНТ. КУХНЯ - ДЕНЬ\nТекст.\n2. НАТ. ДВОР\n3. НАТ. САД - НОЧЬ\nКонец.';
  const scenes = splitScenes(text);
  expect(scenes.map(({ heading }) => heading && [heading.label, heading.setting, heading.location])).toEqual([
    undefined,
    ['1', 'INT', 'КУХНЯ'],
    ['2', 'EXT', 'ДВОР'],
    ['3', 'EXT', 'САД'],
  ]);
  expect(scenes.map(({ from, to }) => text.slice(from, to)).join('')).toBe(text);
});

test('a text without headings is one scene, and white space before the first heading is none', () => {
  expect(splitScenes('Просто текст.\n')).toEqual([{ from: 0, to: 14, heading: undefined }]);
  expect(splitScenes('\n \nINT. BAR\n').map(({ from, to }) => [from, to])).toEqual([[3, 12]]);
});

test('a text of headings only has a limited number of scenes', () => {
  expect(splitScenes('INT. BAR - DAY\nText\n'.repeat(MAX_SCENES + 10))).toHaveLength(MAX_SCENES);
});
