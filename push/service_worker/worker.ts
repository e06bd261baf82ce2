/** The service worker: which event of the browser is whose work. Built into one classic sw.js. */
import { deviceStore, passAll } from '../../frontend/src/api/owed_stops.ts';
import { click } from './click.ts';
import { STORES, allIdle, dropOthers, keepAll, languageOf, page, wayOf } from './offline.ts';
import { receive } from './receive.ts';
import { renew } from './renew.ts';
import { whereabouts } from './whereabouts.ts';

declare const self: ServiceWorkerGlobalScope;
/** Written in by the build: the address of this version's list of files. */
declare const KONSENTO_FILES: string;

const { caches, clients, location, navigator, registration } = self;
const { origin } = location;
const store = STORES + KONSENTO_FILES;

const open = () => clients.matchAll({ type: 'window', includeUncontrolled: true });
const placed = async () =>
  Promise.all((await open()).map(async (each) => ({ each, now: await whereabouts(each) })));

/** The windows of ours, each at the address where it stands now. */
const windows = async () =>
  (await placed()).map(({ each, now }) => ({
    url: now ?? each.url,
    visibilityState: each.visibilityState,
    focus: () => each.focus(),
    postMessage: (message: unknown) => each.postMessage(message),
  }));

async function language(): Promise<string> {
  // Not every browser lets a worker read cookies; the reader's own languages then decide.
  const jar = 'cookieStore' in self ? self.cookieStore : undefined;
  const chosen = await jar?.get('language').catch(() => undefined);
  return languageOf(chosen?.value ?? undefined, navigator.languages);
}

self.addEventListener('install', (event) => {
  const listed = () => fetch(KONSENTO_FILES).then((answer) => answer.json());
  event.waitUntil(keepAll(caches, store, listed));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOthers(caches, store).then(() => clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const way = wayOf(request, origin);
  if (way === 'file') {
    event.respondWith(
      caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)),
    );
  } else if (way === 'page') {
    event.respondWith(
      page({
        fetch: () => fetch(request),
        stored: async () => caches.match(`/phone.${await language()}.html`),
        after: (ms) => new Promise((done) => setTimeout(done, ms)),
      }),
    );
  }
});

self.addEventListener('message', (event) => {
  // A new version never takes a page away from under a charge: it waits until all are idle.
  if (event.data !== 'take-over') return;
  event.waitUntil(
    placed().then((all) => {
      const idle = allIdle(all.map(({ each, now }) => ({ url: each.url, now })));
      return idle ? self.skipWaiting() : undefined;
    }),
  );
});

self.addEventListener('push', (event) => {
  let text: string | null = null;
  try {
    text = event.data?.text() ?? null;
  } catch {
    // Bytes that are no text: the neutral sentence is shown.
  }
  const show = (title: string, options: NotificationOptions) =>
    registration.showNotification(title, options);
  event.waitUntil(receive(text, { origin, windows, show }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const show = (path: string) => clients.openWindow(path);
  event.waitUntil(click(event.notification.data?.navigate, { origin, windows, open: show }));
});

self.addEventListener('pushsubscriptionchange', (event) => {
  const { oldSubscription, newSubscription } = event as PushSubscriptionChangeEvent;
  const subscribe = (key: BufferSource | string) =>
    registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const ask: typeof fetch = (...asked) => fetch(...asked);
  event.waitUntil(renew(oldSubscription, newSubscription, { fetch: ask, subscribe, language }));
});

// Background Sync, where there is one: what a driver pressed without a network is passed on even
// when no page is open any more.
self.addEventListener('sync' as 'message', (event) => {
  const passed = passAll(deviceStore(), (...asked) => fetch(...asked)).then(async (left) => {
    for (const each of await open()) each.postMessage({ kind: 'owed' });
    // A rejected promise is what makes the browser try again later.
    if (left > 0) throw new Error('not all could be passed on');
  });
  event.waitUntil(passed);
});
