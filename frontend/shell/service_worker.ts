/**
 * Builds push/service_worker into one classic sw.js, and beside it the list of the phone's files.
 *
 * The list is named by its digest and the worker names the list: any changed file makes another
 * worker, which is what tells a browser that there is a new version.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Plugin, type Rolldown, build } from 'vite';

const WORKER = fileURLToPath(new URL('../../push/service_worker/worker.ts', import.meta.url));
const PUBLIC = fileURLToPath(new URL('../public', import.meta.url));
/** What a page or a notification shows besides the built files. */
const PICTURES = ['favicon.svg', 'icons/icon-192.png', 'icons/badge-96.png'];
/** Without a network one page does for all: what differs is drawn by its script. */
const SHELLS = ['phone.ja.html', 'phone.en.html'];

type Bundle = Rolldown.OutputBundle;
type File = [path: string, integrity?: string];

const digest = (source: string | Uint8Array) =>
  createHash('sha256').update(source).digest('base64');

export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    enforce: 'post',
    apply: 'build',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const files = [...shellsIn(bundle), ...partsIn(bundle), ...pictures()];
        const list = JSON.stringify(files);
        const name = createHash('sha256').update(list).digest('hex').slice(0, 16);
        const fileName = `assets/files-${name}.json`;
        this.emitFile({ type: 'asset', fileName, source: list });
        const source = await workerOf(`/${fileName}`);
        this.emitFile({ type: 'asset', fileName: 'sw.js', source });
      },
    },
  };
}

/** The pages, whose names do not change: kept only when they are of this very version. */
function shellsIn(bundle: Bundle): File[] {
  return SHELLS.map((name) => {
    const shell = bundle[name];
    if (shell?.type !== 'asset') throw new Error(`${name} is not built`);
    return [`/${name}`, `sha256-${digest(shell.source)}`];
  });
}

/** Every script that the phone may load, now or later; their names hold their digests. */
function partsIn(bundle: Bundle): File[] {
  const found = new Set<string>();
  const add = (file: string) => {
    const chunk = bundle[file];
    if (chunk?.type !== 'chunk' || found.has(file)) return;
    found.add(file);
    [...chunk.imports, ...chunk.dynamicImports].forEach(add);
  };
  for (const each of Object.values(bundle)) {
    if (each.type === 'chunk' && each.isEntry && each.name === 'phone') add(each.fileName);
  }
  if (found.size === 0) throw new Error('the phone has no entry');
  return [...found].sort().map((file) => [`/${file}`]);
}

function pictures(): File[] {
  return PICTURES.map((name) => {
    const source = readFileSync(`${PUBLIC}/${name}`);
    return [`/${name}`, `sha256-${digest(source)}`];
  });
}

async function workerOf(list: string): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { KONSENTO_FILES: JSON.stringify(list) },
    build: {
      write: false,
      rollupOptions: {
        input: WORKER,
        output: { format: 'iife', entryFileNames: 'sw.js', codeSplitting: false },
      },
    },
  })) as Rolldown.RolldownOutput;
  return built.output[0].code;
}
