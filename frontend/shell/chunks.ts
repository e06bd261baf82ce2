/**
 * Which modules stand in one chunk: many small ones compress worse and are asked for one by one.
 *
 * `first` holds what the phone's entry imports at once, and what an outlet's page shares with the
 * pages after it. The rest falls into chunks by who imports it.
 */

/** What every page runs before it stands, and the pages that run much of their own. */
const AT_ONCE = new Set(['first', 'OutletPage', 'SessionPage', 'ReceiptPage']);

/**
 * Asks for every function of such a chunk to be compiled while it arrives, beside the page. Else
 * each is found and compiled when it is first called, which took a third of the scripts’ time.
 * (https://github.com/WICG/explicit-javascript-compile-hints-file-based)
 */
export const compiledAtOnce = ({ name }: { name: string }) =>
  AT_ONCE.has(name) ? '//# allFunctionsCalledOnLoad' : '';

interface Module {
  importedIds: readonly string[];
  importers: readonly string[];
}
interface Modules {
  getModuleInfo(id: string): Module | null;
}

/** What Svelte needs to bind a field to a variable: no first page has such a field. */
export const BINDINGS = /\/svelte\/src\/internal\/client\/dom\/elements\/bindings\/(?!shared)/;

/**
 * Names the chunk of a module: `first`, or null for all others. The styles stay apart: a lazy
 * page would ask for those of every chunk that it imports.
 */
export function firstChunk(entry: string, outlet: string) {
  let first: Set<string> | null = null;
  return (id: string, modules: Modules): string | null => {
    first ??= new Set([...importsOf(entry, modules), ...sharedBy(outlet, modules)]);
    return first.has(id) && !id.endsWith('.css') && !BINDINGS.test(id) ? 'first' : null;
  };
}

/** What `page` imports at once and somebody else imports as well. */
function sharedBy(page: string, modules: Modules): string[] {
  const own = importsOf(page, modules).add(page);
  const shared = new Set<string>();
  const share = (id: string) => {
    if (shared.has(id)) return;
    shared.add(id);
    modules.getModuleInfo(id)?.importedIds.forEach(share);
  };
  for (const id of own) {
    const importers = modules.getModuleInfo(id)?.importers ?? [];
    if (importers.some((each) => !own.has(each))) share(id);
  }
  return [...shared].filter((id) => id !== page);
}

function importsOf(entry: string, modules: Modules): Set<string> {
  const found = new Set<string>();
  const add = (id: string) => {
    if (found.has(id)) return;
    found.add(id);
    modules.getModuleInfo(id)?.importedIds.forEach(add);
  };
  modules.getModuleInfo(entry)?.importedIds.forEach(add);
  return found;
}
