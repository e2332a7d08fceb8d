import { readFile, repositoryFiles } from '../../support/documents.js';

const files = repositoryFiles().filter((file) => /^examples\/.+\.ts$/.test(file));
const names = [...new Set(files.map((file) => file.split('/')[1] ?? ''))];

test.each(names)('the example %s has less than 150 lines', (name) => {
  const own = files.filter((file) => file.startsWith(`examples/${name}/`));
  const lines = own.map((file) => readFile(file).trimEnd().split('\n').length);
  expect(lines.reduce((sum, count) => sum + count)).toBeLessThan(150);
});
