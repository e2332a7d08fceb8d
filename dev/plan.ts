import fs from 'node:fs';
import path from 'node:path';
import { type PartSpec } from './part.js';
import { freePorts, isFree, storedPorts } from './ports.js';
import { storageUrls, type StorageUrls } from './storage-urls.js';

/** The project's folder. */
export const ROOT = path.join(__dirname, '../..');

/** The rendered sample images, with `truth.tsv`. */
export const SAMPLES = path.join(ROOT, 'services/image-provider/samples');

/** The public account of the storage emulator: the same on every machine, not a secret. */
const ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const localUrl = (port: number) => `http://127.0.0.1:${port}`;

/** The processes of the stack. */
export const PART_NAMES = ['storage', 'imageProvider', 'plateReader', 'bankMapMl', 'analyzer', 'app'] as const;
export type PartName = (typeof PART_NAMES)[number];
/** The parts that the app calls; each has a local one. */
type ServiceName = Exclude<PartName, 'storage' | 'app'>;

/** The options that decide how the parts are started. */
export interface PlanOptions {
  /** Port of the app. Default: 0, a free one. */
  port?: number;
  /** The local services to start. Default: all. At the addresses of the others nothing listens. */
  services?: readonly ServiceName[];
  /** Start the services with their fault switches. Default: off. */
  faults?: boolean;
  /** Folder of the images. Default: the project's samples. */
  imagesDir?: string;
  /** Additional environment variables of the app. */
  env?: Readonly<Record<string, string>>;
  /**
   * URLs of parts that run elsewhere; these are not started. Storage: its connection string, or the URLs of an account that
   * the environment names for an identity.
   */
  external?: {
    storage?: string | StorageUrls;
    imageProvider?: string;
    plateReader?: string;
    bankMapMl?: string;
    analyzer?: string;
  };
  /** Additional options of the bank-map service (docs/bank-map-ml.md). */
  bankMapArgs?: readonly string[];
  /** Folder of the Functions app. Default: this project. `GET /health` is polled only for this project. */
  app?: string;
  /** Number of processes of the app. Default: the variable LONGHAUL_PROCESSES, else 0, in the host's process. */
  processes?: number;
  /** Seed of the host's weather, or `random` (docs/host.md). Default: the variable LONGHAUL_WEATHER, else off. */
  weather?: number | 'random';
  /** Additional options of the app's host (docs/host.md). */
  hostArgs?: readonly string[];
}

export interface Plan {
  url: string;
  imageProviderUrl: string;
  plateReaderUrl: string;
  bankMapMlUrl: string;
  analyzerUrl: string;
  /** Empty when the app uses storage by an identity. */
  connectionString: string;
  /** Storage that runs elsewhere. */
  externalStorage?: StorageUrls;
  /** The parts to start; an external one and a service that is left out have no entry. */
  specs: Partial<Record<PartName, PartSpec>>;
}

/** Chooses all ports and returns how to start each part. Rejects when the requested port is in use. */
export async function planStack(dir: string, options: PlanOptions): Promise<Plan> {
  const [appPort = 0, imagePort = 0, platePort = 0, bankMapPort = 0, analyzerPort = 0] = await freePorts(5);
  const storagePorts = await storedPorts(path.join(dir, 'storage-ports.json'), 3);
  const { external = {}, faults, imagesDir, services } = options;
  const isLocal = (name: ServiceName) => !external[name] && (services?.includes(name) ?? true);
  if (imagesDir !== undefined && !fs.statSync(imagesDir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`IMAGES_DIR (${path.resolve(imagesDir)}) is not a folder.`);
  }
  const port = options.port === undefined || options.port === 0 ? appPort : options.port;
  if (options.port === port && !(await isFree(port))) {
    throw new Error(`Port ${port} is in use. Stop the process that listens on it, or set PORT to another port.`);
  }
  const plan: Plan = {
    url: localUrl(port),
    imageProviderUrl: external.imageProvider ?? localUrl(imagePort),
    plateReaderUrl: external.plateReader ?? localUrl(platePort),
    bankMapMlUrl: external.bankMapMl ?? localUrl(bankMapPort),
    analyzerUrl: external.analyzer ?? localUrl(analyzerPort),
    ...storageOf(external.storage, storagePorts),
    specs: {},
  };
  if (!plan.externalStorage) plan.specs.storage = storageSpec(path.join(dir, 'azurite'), storagePorts);
  if (isLocal('imageProvider')) {
    const images = ['--dir', path.resolve(imagesDir ?? SAMPLES)];
    plan.specs.imageProvider = serviceSpec('image-provider', imagePort, faults, images);
  }
  if (isLocal('plateReader')) plan.specs.plateReader = serviceSpec('plate-reader', platePort, faults, []);
  if (isLocal('bankMapMl')) {
    const args = ['--state', path.join(dir, 'bank-map-ml'), ...(options.bankMapArgs ?? [])];
    plan.specs.bankMapMl = serviceSpec('bank-map-ml', bankMapPort, faults, args);
  }
  if (isLocal('analyzer')) {
    // A download URL has the host of the request that started the analysis; people also type localhost.
    const origins = [plan.url, `http://localhost:${port}`].flatMap((origin) => ['--allow-origin', origin]);
    plan.specs.analyzer = serviceSpec('analyzer', analyzerPort, faults, origins);
  }
  const { app = ROOT, hostArgs = [] } = options;
  const { processes = process.env.LONGHAUL_PROCESSES, weather = process.env.LONGHAUL_WEATHER } = options;
  const flags = Object.entries({ processes, weather }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  plan.specs.app = appSpec(plan.url, ['--app', app, '--port', String(port), '--state', dir, ...flags, ...hostArgs], {
    AzureWebJobsStorage: plan.connectionString,
    IMAGE_PROVIDER_URL: plan.imageProviderUrl,
    PLATE_READER_URL: plan.plateReaderUrl,
    BANK_MAP_ML_URL: plan.bankMapMlUrl,
    ANALYZER_URL: plan.analyzerUrl,
    // Webhook receivers under development run on this machine.
    SERVERLESS_PRIVATE_WEBHOOKS: process.env.SERVERLESS_PRIVATE_WEBHOOKS ?? 'true',
    ...options.env,
  });
  return plan;
}

function storageOf(external: string | StorageUrls | undefined, ports: number[]) {
  if (!external) return { connectionString: connectionStringFor(ports) };
  if (typeof external === 'object') return { connectionString: '', externalStorage: external };
  return { connectionString: external, externalStorage: storageUrls(external) };
}

const spec = (name: string, url: string, args: string[], overrides: Partial<PartSpec> = {}): PartSpec => ({
  name,
  url,
  args,
  ready: /^ready http/,
  cwd: ROOT,
  ...overrides,
  env: { NODE_COMPILE_CACHE: path.join(ROOT, 'node_modules/.cache/longhaul'), ...overrides.env },
});

function serviceSpec(name: string, port: number, faults: boolean | undefined, args: string[]): PartSpec {
  const script = path.join(ROOT, 'dist/services', name, 'main.js');
  return spec(name, localUrl(port), [script, '--port', String(port), ...(faults ? ['--faults'] : []), ...args]);
}

function appSpec(url: string, args: string[], env: Record<string, string>): PartSpec {
  return spec('app', url, [path.join(ROOT, 'dist/host/cli.js'), 'start', ...args], { env });
}

/** How to start Azurite. @param location folder of its data @param ports of blobs, queues and tables @param more options */
export function storageSpec(
  location: string,
  [blob = 0, queue = 0, table = 0]: number[],
  more: string[] = [],
): PartSpec {
  const script = path.join(__dirname, 'azurite.js');
  const ports = ['--blobPort', String(blob), '--queuePort', String(queue), '--tablePort', String(table)];
  const flags = ['--silent', '--disableTelemetry', '--skipApiVersionCheck', ...more];
  const ready = /Table service is successfully listening/; // the last of the three to start
  return spec('storage', localUrl(blob), [script, '--location', location, ...ports, ...flags], {
    ready,
    isChatty: true,
  });
}

/** The connection string of an Azurite on these ports: blobs, queues, tables. */
export function connectionStringFor([blob = 0, queue = 0, table = 0]: number[]): string {
  const endpoint = (port: number) => `${localUrl(port)}/${ACCOUNT}`;
  return [
    'DefaultEndpointsProtocol=http',
    `AccountName=${ACCOUNT}`,
    `AccountKey=${ACCOUNT_KEY}`,
    `BlobEndpoint=${endpoint(blob)}`,
    `QueueEndpoint=${endpoint(queue)}`,
    `TableEndpoint=${endpoint(table)}`,
  ].join(';');
}
