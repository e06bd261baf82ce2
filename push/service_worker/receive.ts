/**
 * A push becomes exactly one notification, whatever came: a browser that sees none shows its own
 * ("this site was updated in the background"), and in the end takes the permission away.
 */

export interface Note {
  title: string;
  body: string;
  /** A path of ours. */
  navigate: string;
  tag: string;
  lang: string;
  /** When it happened (epoch ms), or null. */
  at_ms: number | null;
}

/** A window of ours as far as it matters here. */
export interface Window {
  readonly url: string;
  readonly visibilityState: string;
  postMessage(message: unknown): void;
}

export interface ReceiveOutside {
  origin: string;
  windows(): Promise<readonly Window[]>;
  show(title: string, options: NotificationOptions): Promise<void>;
}

/** Letters kept of a title and of a text: more is cut off by every system anyway. */
const TITLE_MAX = 120;
const BODY_MAX = 400;

const NEUTRAL: Note = {
  title: 'Konsento',
  body: 'お知らせがあります。開いてご確認ください。\nThere is news. Open to see it.',
  navigate: '/',
  tag: 'konsento',
  lang: '',
  at_ms: null,
};

/** The path that `address` names on `origin`; home where it names something else. */
export function ownPath(address: unknown, origin: string): string {
  if (typeof address !== 'string' || !URL.canParse(address, origin)) return '/';
  const url = new URL(address, origin);
  return url.origin === origin ? url.pathname + url.search : '/';
}

/** What to show for a push with this text; a neutral sentence for what cannot be read. */
export function noteOf(text: string | null, origin: string): Note {
  try {
    const { notification } = JSON.parse(text ?? '');
    const { title, body, navigate, tag, lang, timestamp } = notification;
    if (typeof title !== 'string' || !title) return NEUTRAL;
    return {
      title: title.slice(0, TITLE_MAX),
      body: typeof body === 'string' ? body.slice(0, BODY_MAX) : '',
      navigate: ownPath(navigate, origin),
      tag: typeof tag === 'string' && tag ? tag : NEUTRAL.tag,
      lang: lang === 'ja' || lang === 'en' ? lang : '',
      at_ms: Number.isSafeInteger(timestamp) && timestamp > 0 ? timestamp : null,
    };
  } catch {
    return NEUTRAL;
  }
}

/** As the browser wants it; `seen` when its page is open before the reader's eyes. */
export function optionsOf(note: Note, seen: boolean): NotificationOptions {
  const { body, tag, lang, at_ms } = note;
  const options = {
    body,
    tag,
    lang,
    icon: '/icons/icon-192.png',
    badge: '/icons/badge-96.png',
    data: { navigate: note.navigate },
    ...(at_ms === null ? {} : { timestamp: at_ms }),
  };
  // The page says it itself, so the notification neither sounds nor shakes; it is shown all the
  // same, because some browsers take back the permission for a push without one.
  return seen ? { ...options, silent: true } : ({ ...options, renotify: true } as typeof options);
}

/** Shows one notification for a push, and wakes the page that it speaks of. */
export async function receive(text: string | null, outside: ReceiveOutside): Promise<void> {
  const note = noteOf(text, outside.origin);
  const windows = await outside.windows().catch(() => []);
  const about = windows.filter((each) => ownPath(each.url, outside.origin) === note.navigate);
  for (const each of about) each.postMessage({ kind: 'push' });
  const seen = about.some((each) => each.visibilityState === 'visible');
  await outside
    .show(note.title, optionsOf(note, seen))
    .catch(() => outside.show(NEUTRAL.title, { body: NEUTRAL.body }));
}
