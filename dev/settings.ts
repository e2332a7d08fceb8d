import fs from 'node:fs';
import { z } from 'zod';
import { badSettings, settingProblems, settingsSchema } from '../src/platform/config.js';
import { identityUrls } from '../src/platform/storage-location.js';
import { similarName } from './similar-name.js';
import { folderProblem } from './state-folder.js';
import { type StorageUrls } from './storage-urls.js';

/** As the host allows (host/options.ts). */
const MAX_PROCESSES = 64;
const MAX_SEED = 2 ** 32 - 1;

const isWholeNumber = (text: string, max: number) => /^\d{1,10}$/.test(text) && Number(text) <= max;
const text = (isValid: (value: string) => boolean, error: string) => z.string().refine(isValid, error).optional();

/** The settings of `npm start` itself; those of the app are in src/platform/config.ts. */
const own = z.object({
  PORT: text((value) => isWholeNumber(value, 65_535), 'expected a whole number from 0 to 65535; 0 selects a free port'),
  LONGHAUL_HOST: z.string().optional(),
  LONGHAUL_DIR: z
    .string()
    .superRefine((dir, context) => {
      const message = folderProblem(dir);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .optional(),
  IMAGES_DIR: text(isFolder, 'expected a folder with images; there is no folder of this name'),
  BANK_MAP_NOW: text(isTime, 'expected a time such as 2026-11-28T00:00:00Z'),
  BANK_MAP_LEARNING: z.enum(['on', 'off']).optional(),
  LONGHAUL_PROCESSES: text(
    (value) => isWholeNumber(value, MAX_PROCESSES),
    `expected a whole number from 0 to ${MAX_PROCESSES}`,
  ),
  LONGHAUL_WEATHER: text(
    (value) => value === 'random' || isWholeNumber(value, MAX_SEED),
    `expected random, or a whole number from 0 to ${MAX_SEED}`,
  ),
});

function isFolder(name: string): boolean {
  return fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** As the bank-map service reads it (services/bank-map-ml/main.ts). */
function isTime(value: string): boolean {
  return /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value));
}

/** Settings of the other commands. */
const COMMAND_SETTINGS = [
  'LONGHAUL_URL',
  'LONGHAUL_KEY',
  'BANK_MAP_URL',
  'BANK_MAP_KEY',
  'BOOKS_URL',
  'BOOKS_KEY',
  'SERVERLESS_KEY',
];

const ADDRESSES = ['IMAGE_PROVIDER_URL', 'PLATE_READER_URL', 'BANK_MAP_ML_URL', 'ANALYZER_URL'];
/** What the stack fills in where a setting has no value, for the check of the others. */
const FILLED_IN = Object.fromEntries(ADDRESSES.map((name) => [name, 'http://127.0.0.1']));
/** Filled in too, unless the settings name an account that an identity uses. */
const LOCAL_STORAGE = { AzureWebJobsStorage: 'UseDevelopmentStorage=true' };

/**
 * Checks all settings of the stack before anything is started, and returns a warning for each unknown one that is
 * probably a misspelled known one.
 *
 * @param given the values of options, which have precedence over the environment
 * @throws Error that lists every setting that is not valid, with what is expected
 */
export function checkSettings(
  given: Readonly<Record<string, string | undefined>>,
  environment = process.env,
): string[] {
  const settings = withValues({ ...environment, ...defined(given) });
  const warnings = misspelled(Object.keys(environment));
  const problems = [
    ...settingProblems(own, settings),
    ...settingProblems(settingsSchema, { ...FILLED_IN, ...(!namesIdentity(settings) && LOCAL_STORAGE), ...settings }),
  ];
  if (problems.length > 0) throw badSettings([...problems, ...warnings]);
  return warnings;
}

/**
 * The URLs of the storage account that an identity uses (docs/configuration.md); undefined when the environment names none.
 * `checkSettings` has checked that no connection string names another.
 */
export function identityStorage(environment = process.env): StorageUrls | undefined {
  const settings = withValues(environment);
  if (!namesIdentity(settings)) return undefined;
  const { blobUrl, tableUrl } = identityUrls(settings);
  return { blobs: blobUrl, tables: tableUrl };
}

const namesIdentity = (settings: Readonly<Record<string, string | undefined>>) =>
  ['accountName', 'blobServiceUri', 'tableServiceUri'].some((name) => `AzureWebJobsStorage__${name}` in settings);

function withValues(settings: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''));
}

function misspelled(names: readonly string[]): string[] {
  const known = [...Object.keys(own.shape), ...Object.keys(settingsSchema.shape), ...COMMAND_SETTINGS];
  return names.flatMap((name) => {
    const meant = similarName(name, known);
    return meant === undefined ? [] : [`${name}: there is no such setting; did you mean ${meant}?`];
  });
}

function defined(values: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
