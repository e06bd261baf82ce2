/**
 * Which modules the phone's first page cannot do without: all that its entry imports at once.
 * They stand in one chunk, because many small ones compress worse and are asked for one by one.
 */

interface Module {
  importedIds: readonly string[];
}
interface Modules {
  getModuleInfo(id: string): Module | null;
}

/**
 * Names the chunk of a module: `first` for what `entry` imports at once, null for all others. The
 * styles stay apart: a lazy page would ask for those of every chunk that it imports.
 */
export function firstChunk(entry: string) {
  let first: Set<string> | null = null;
  return (id: string, modules: Modules): string | null => {
    first ??= importsOf(entry, modules);
    return first.has(id) && !id.endsWith('.css') ? 'first' : null;
  };
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
