import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Who may not know whom (docs/architecture.md). `from` is what may not be imported into `target`. */
const zones = [
  { target: './src', from: ['./functions', './host', './services', './cli', './dev', './admin'] },
  { target: './src/platform', from: './src', except: ['./platform'] },
  { target: './src/operations', from: './src', except: ['./operations', './platform'] },
  { target: './src/webhooks', from: './src', except: ['./webhooks', './operations', './platform'] },
  { target: './src/plates', from: './src', except: ['./plates', './operations', './platform'] },
  { target: './src/bank-map', from: './src', except: ['./bank-map', './operations', './platform'] },
  { target: './src/serverless', from: './src', except: ['./serverless', './webhooks', './operations', './platform'] },
  { target: './functions', from: ['./host', './services', './cli', './dev', './admin'] },
  { target: './host', from: ['./src', './functions', './services', './cli', './dev', './admin'] },
  { target: './services', from: ['./src', './functions', './host', './cli', './dev', './admin'] },
  { target: './cli', from: ['./src', './functions', './host', './services', './dev', './admin'] },
  { target: './dev', from: ['./src', './functions', './host', './services', './cli', './admin'] },
  { target: './admin', from: ['./functions', './host', './services'] },
];

/** An orchestrator is replayed: it may read no clock, no chance and no outside world. */
const notInOrchestrators = [
  ["CallExpression[callee.object.name='Date'][callee.property.name='now']", 'Use context.df.currentUtcDateTime.'],
  ["NewExpression[callee.name='Date'][arguments.length=0]", 'Use context.df.currentUtcDateTime.'],
  ["CallExpression[callee.object.name='Math'][callee.property.name='random']", 'Use context.df.newGuid.'],
  [
    'CallExpression[callee.name=/^(setTimeout|setInterval|setImmediate|fetch)$/]',
    'Use a durable timer or an activity.',
  ],
  ['AwaitExpression', 'An orchestrator yields durable tasks; it awaits nothing.'],
  ["MemberExpression[object.name='process']", 'Read settings in the starter and pass them as input.'],
].map(([selector, message]) => ({ selector, message }));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.longhaul/', 'bench/results/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } }),
      ],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },
  {
    files: ['**/*.orchestrator.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...notInOrchestrators],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                '**/activities.js',
                '**/platform/*',
                '!**/platform/errors.js',
                'node:*',
                'axios',
                '@azure/storage-*',
                '@azure/data-tables',
              ],
              message: 'An orchestrator imports schemas and steps only.',
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
        console: 'readonly',
      },
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly' } },
  },
);
