/** Which page the address names, and the ways to another one. */

export type Place =
  | { page: 'home' | 'scan' | 'enter' | 'history' | 'power' | 'register' | 'nowhere' }
  | { page: 'outlet'; code: string }
  | { page: 'session' | 'receipt' | 'meter'; id: string }
  | { page: 'mail'; what: string };

const PLAIN: Readonly<Record<string, Place>> = {
  '/': { page: 'home' },
  '/scan': { page: 'scan' },
  '/enter': { page: 'enter' },
  '/history': { page: 'history' },
  '/power': { page: 'power' },
  '/power/new': { page: 'register' },
};

export function placeOf(path: string): Place {
  const plain = PLAIN[path.length > 1 ? path.replace(/\/$/, '') : path];
  if (plain) return plain;
  const [, room = '', name = '', rest, ...more] = path.replace(/\/$/, '').split('/');
  if (!/^[\w-]{1,64}$/.test(name) || more.length > 0) return { page: 'nowhere' };
  if (room === 'o' && rest === undefined) return { page: 'outlet', code: name };
  if (room === 's' && rest === undefined) return { page: 'session', id: name };
  if (room === 's' && rest === 'receipt') return { page: 'receipt', id: name };
  if (room === 'power' && rest === undefined) return { page: 'meter', id: name };
  if (room === 'mail' && rest === undefined) return { page: 'mail', what: name };
  return { page: 'nowhere' };
}

let place = $state.raw<Place>(placeOf(location.pathname));
/** Steps made inside the app, so that "back" never leads out of it by surprise. */
let depth = 0;

export function here(): Place {
  return place;
}

export function go(path: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') depth += 1;
  history[how === 'push' ? 'pushState' : 'replaceState'](depth, '', path);
  place = placeOf(location.pathname);
  window.scrollTo(0, 0);
}

/** Back where one came from; home where that was outside. */
export function back(): void {
  if (depth > 0) history.back();
  else go('/', 'replace');
}

function onClick(event: MouseEvent): void {
  const other = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (event.defaultPrevented || event.button !== 0 || other) return;
  const link = (event.target as Element | null)?.closest?.('a');
  if (!link || link.target || link.hasAttribute('download')) return;
  if (link.origin !== location.origin || placeOf(link.pathname).page === 'nowhere') return;
  event.preventDefault();
  go(link.pathname);
}

/** Listens to links and to the browser's own buttons; answers how to end it. */
export function startRouter(): () => void {
  const onPop = (event: PopStateEvent) => {
    depth = typeof event.state === 'number' ? event.state : 0;
    place = placeOf(location.pathname);
  };
  document.addEventListener('click', onClick);
  window.addEventListener('popstate', onPop);
  return () => {
    document.removeEventListener('click', onClick);
    window.removeEventListener('popstate', onPop);
  };
}
