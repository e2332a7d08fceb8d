import fs from 'node:fs';
import path from 'node:path';
import comments from '@eslint-community/eslint-plugin-eslint-comments';
import js from '@eslint/js';
import { importX } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import ts from 'typescript';
import tseslint from 'typescript-eslint';

// What may import what, and that no imports form a cycle, is checked by dependency-cruiser: .dependency-cruiser.cjs.

/**
 * The modules whose code is replayed: the orchestrators, the entities and what these import at run time, directly and
 * through others. Imports are read from the compiled text, which has none that are of types only.
 */
function replayedModules() {
  const starts = ['src', 'examples'].map((folder) => `${folder}/**/*.{orchestrator,entity}.ts`);
  const modules = new Set(fs.globSync(starts, { cwd: import.meta.dirname, exclude: ['**/node_modules/**'] }));
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2024, isolatedModules: true };
  for (const module of modules) {
    const text = fs.readFileSync(path.join(import.meta.dirname, module), 'utf8');
    const { outputText } = ts.transpileModule(text, { compilerOptions });
    for (const { fileName } of ts.preProcessFile(outputText, true, true).importedFiles) {
      if (fileName.startsWith('.')) modules.add(path.join(path.dirname(module), fileName).replace(/\.js$/, '.ts'));
    }
  }
  return [...modules];
}

const restricted = (rules) => rules.map(([selector, message]) => ({ selector, message }));

const privateByKeyword = restricted([
  ["PropertyDefinition[accessibility='private']", 'Write #name.'],
  ["MethodDefinition[accessibility='private'][kind!='constructor']", 'Write #name.'],
  ["TSParameterProperty[accessibility='private']", 'Declare a field #name and assign it in the constructor.'],
]);

const nondeterministic = restricted([
  ["MemberExpression[object.name='Date'][property.name='now']", 'Use context.df.currentUtcDateTime.'],
  [":matches(NewExpression, CallExpression)[callee.name='Date'][arguments.length=0]", 'Use currentUtcDateTime.'],
  ["MemberExpression[object.name='Math'][property.name='random']", 'Use context.df.newGuid.'],
  [':matches(AwaitExpression, :function[async=true])', 'Replayed code yields durable tasks; it awaits nothing.'],
]);

const nondeterministicGlobals = [
  ...['crypto', 'performance'].map((name) => [name, 'Use context.df.newGuid and context.df.currentUtcDateTime.']),
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => [name, 'Use a durable timer.']),
  ['fetch', 'Call an activity.'],
  ['process', 'Read settings in the starter and pass them as input.'],
].map(([name, message]) => ({ name, message }));

export default tseslint.config(
  { ignores: ['**/dist/', '.longhaul/', 'bench/results/', 'client/src/api.ts'] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' },
    plugins: { comments },
    rules: {
      'comments/no-unlimited-disable': 'error',
      'comments/require-description': 'error',
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    rules: {
      'import-x/consistent-type-specifier-style': ['error', 'prefer-inline'],
      'import-x/no-duplicates': ['error', { 'prefer-inline': true }],
      'no-restricted-syntax': ['error', ...privateByKeyword],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off', // it asks for `!`, which another rule forbids
    },
  },
  {
    files: ['console/**/*.tsx'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    rules: { 'react-hooks/incompatible-library': 'off' }, // it is about the React Compiler, which the build does not use
  },
  {
    // Replayed code may read no clock, no random number and nothing outside of its history.
    files: replayedModules(),
    rules: {
      'no-restricted-syntax': ['error', ...privateByKeyword, ...nondeterministic],
      'no-restricted-globals': ['error', { globals: nondeterministicGlobals, checkGlobalObject: true }],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: String.raw`^(?!\.|durable-functions$|zod$)`,
              allowTypeImports: true,
              message: 'Replayed code, or a module that it imports: call an activity instead.',
            },
          ],
        },
      ],
    },
  },
  {
    // Only functions/ and the core's own module register with the runtime.
    files: ['src/**/*.ts'],
    ignores: ['src/operations/register.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['http', 'timer', 'storageQueue', 'generic'].map((property) => ({
          object: 'app',
          property,
          message: 'Register in functions/.',
        })),
      ],
    },
  },
  {
    // A test of the suite says what it needs (test/support/fixtures.ts), so that it is skipped or run by URL rightly.
    files: ['test/conformance/**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['test', 'it'].map((name) => ({ name, message: 'Import testHere, testDurable, … from support/fixtures.' })),
      ],
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        require: 'readonly',
        module: 'writable',
        process: 'readonly',
        __dirname: 'readonly',
        __filename: 'readonly',
        console: 'readonly',
      },
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly' } },
  },
);
