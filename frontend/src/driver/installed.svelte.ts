/**
 * The app as installed: its service worker, its new versions, and what is still owed. Loaded
 * after the first page stands, which it must not keep waiting.
 */
import { newer } from '../kit/newer.svelte';
import { here } from '../kit/router.svelte';
import { learn } from '../words/speech.svelte';
import { owedStops } from './owed.svelte';

const SCRIPT = '/sw.js';
/** Milliseconds after which home has asked for all that it shows. */
const CALM_MS = 2_000;

/** The address as the browser's Trusted Types want it; this one script and no other. */
function script(): string {
  const createScriptURL = (url: string) => {
    if (url !== SCRIPT) throw new TypeError('not a service worker of ours');
    return url;
  };
  const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
  return types?.createPolicy('konsento', { createScriptURL }).createScriptURL(SCRIPT) ?? SCRIPT;
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** Registers the worker and stays with it for as long as the page lives. */
export async function install(): Promise<void> {
  owedStops.start();
  const worker = navigator.serviceWorker;
  if (!worker) return;
  worker.addEventListener('message', ({ data, ports }) => {
    if (data?.kind === 'owed') void owedStops.look();
    // The browser does not tell a worker where a window went inside the app.
    if (data?.kind === 'where') ports[0]?.postMessage(location.href);
  });
  worker.addEventListener('controllerchange', () => newer.changed());
  // Without one the app works as any page does: a browser may refuse it in a private window.
  const registered = await worker.register(script(), { scope: '/' }).catch(() => null);
  if (!registered) return;
  newer.watch(registered, Date.now());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') newer.look(Date.now());
    else if (here().page === 'home') newer.take();
  });
  $effect.root(() => {
    $effect(() => {
      if (newer.waiting) void learn('charging');
    });
    // Home, once it stands, holds nothing that could be lost: the right place for a new version.
    // Asked while the old worker is busy, a browser may put the change off for minutes.
    $effect(() => {
      if (here().page !== 'home' || !newer.waiting) return;
      const taken = setTimeout(() => newer.take(), CALM_MS);
      const refused = setTimeout(() => (newer.refused = newer.waiting), 2 * CALM_MS);
      return () => [taken, refused].forEach(clearTimeout);
    });
  });
}
