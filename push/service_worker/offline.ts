/**
 * The phone without a network: its pages from the store within half a second, its files always
 * from the store, and all else (answers, money, staff) never kept and never touched.
 *
 * Pages come from the network first, because a page names the files of its version, and from the
 * store when no answer came in time. See docs/decisions/0008-network-first.md.
 */

/** What a page's network is given before the stored page is shown. */
export const PATIENCE_MS = 2_000;
export const STORES = 'konsento-';

/** The first parts of the addresses that the phone's page answers to. */
export const ROOMS: readonly string[] =
  // The customer's own power, and what the links in mails open, are pages of the phone as well.
  ['', 'scan', 'enter', 'history', 'power', 'mail', 'o', 's'];
/** Where nothing is lost by drawing the page anew. */
const IDLE: readonly string[] = ['', 'history', 'power'];

/** One file of this version; `integrity` where its name does not hold its digest. */
export type File = [path: string, integrity?: string];

export interface Asked {
  readonly method: string;
  readonly mode: string;
  readonly url: string;
}

/** The parts of the browser's storage that are used here. */
export interface Store {
  add(request: Request): Promise<void>;
}
export interface Stores {
  open(name: string): Promise<Store>;
  keys(): Promise<string[]>;
  delete(name: string): Promise<boolean>;
  match(path: string): Promise<Response | undefined>;
}

const roomOf = (url: string) => new URL(url).pathname.split('/')[1] ?? '';

/** How a request is answered: as a page, as a stored file, or not by us. */
export function wayOf(asked: Asked, origin: string): Way {
  const url = new URL(asked.url);
  if (asked.method !== 'GET' || url.origin !== origin) return 'past';
  if (asked.mode === 'navigate') return ROOMS.includes(roomOf(asked.url)) ? 'page' : 'past';
  return /^\/(assets\/|icons\/|favicon\.svg$)/.test(url.pathname) ? 'file' : 'past';
}
export type Way = 'page' | 'file' | 'past';

/** The language chosen by cookie, else the reader's first that we speak, else Japanese. */
export function languageOf(chosen: string | undefined, spoken: readonly string[]): string {
  const known = [chosen ?? '', ...spoken].map((tag) => tag.slice(0, 2).toLowerCase());
  return known.find((tag) => tag === 'ja' || tag === 'en') ?? 'ja';
}

/** A window: the address it was opened with, and where it is now if it said so. */
export interface Place {
  url: string;
  now: string | null;
}

/** Whether every window may be drawn anew now: none holds a charge, a choice or a camera. */
export function allIdle(places: readonly Place[]): boolean {
  return places.every(({ url, now }) =>
    // One of the phone's that does not answer may be anywhere; the desk's never do.
    now === null ? !ROOMS.includes(roomOf(url)) : IDLE.includes(roomOf(now)),
  );
}

/** Keeps all files of a version, or fails as a whole; their list is itself such a file. */
export async function keepAll(
  stores: Stores,
  name: string,
  listed: () => Promise<readonly File[]>,
): Promise<void> {
  const files = await listed();
  const store = await stores.open(name);
  await Promise.all(
    files.map(([path, integrity]) =>
      store.add(new Request(path, integrity ? { integrity, cache: 'reload' } : {})),
    ),
  );
}

/** Drops the files of other versions: no window uses them any more. */
export async function dropOthers(stores: Stores, name: string): Promise<void> {
  const names = await stores.keys();
  const others = names.filter((each) => each.startsWith(STORES) && each !== name);
  await Promise.all(others.map((each) => stores.delete(each)));
}

export interface PageOutside {
  fetch(): Promise<Response>;
  stored(): Promise<Response | undefined>;
  after(ms: number): Promise<void>;
}

/** A page: the network's, or the stored one when that fails or takes too long. */
export async function page({ fetch, stored, after }: PageOutside): Promise<Response> {
  const asked = fetch();
  const heard = asked.then(
    (answer) => (answer.status < 500 ? answer : null),
    () => null,
  );
  const answer = await Promise.race([heard, after(PATIENCE_MS).then(() => null)]);
  // Without a stored page the network's word is the last one, however long it takes.
  return answer ?? (await stored()) ?? asked;
}
