/** Whether this phone is told when a charge ends, and the way there: asked only after a tap. */
import type { PushAddress, PushCalls } from '../api/push_calls';
import { keepHere, keptHere } from '../kit/kept';

/** `none`: nothing is offered. `home-screen`: iOS, where only an installed app is told. */
export type Telling = 'none' | 'home-screen' | 'offer' | 'asking' | 'on' | 'denied' | 'failed';
type Language = 'ja' | 'en';

/** Milliseconds that a browser may take: some never answer. */
export const SUBSCRIBE_MS_MAX = 10_000;
const KEPT = 'told_in';

export interface Subscribed {
  readonly endpoint: string;
  readonly key: ArrayBuffer | null;
  toJSON(): { endpoint?: string; keys?: Record<string, string> };
  unsubscribe(): Promise<boolean>;
}

export interface TellingOutside {
  /** What the browser could do here. */
  able: () => 'yes' | 'no' | 'home-screen';
  permission: () => 'default' | 'granted' | 'denied';
  ask: () => Promise<'default' | 'granted' | 'denied'>;
  subscribed: () => Promise<Subscribed | null>;
  subscribe: (key: string) => Promise<Subscribed>;
  after: (ms: number) => Promise<never>;
}

export class TellMe {
  state = $state<Telling>('none');
  #key: string | null = null;

  constructor(
    private readonly calls: PushCalls,
    private readonly outside: TellingOutside,
  ) {}

  /** Looks how it stands, without asking anybody for anything. */
  async look(language: Language): Promise<void> {
    const able = this.outside.able();
    if (able === 'no') return;
    try {
      this.#key = await this.calls.key();
      if (this.#key === null) return;
      if (able === 'home-screen') this.state = 'home-screen';
      else if (this.outside.permission() === 'denied') this.state = 'denied';
      else this.state = (await this.#goesOn(language)) ? 'on' : 'offer';
    } catch {
      // Without an answer nothing is offered that could not be kept.
    }
  }

  /** Asks the reader, then the push service, then tells the server. */
  async begin(language: Language): Promise<void> {
    if (!this.#key || this.state === 'asking') return;
    this.state = 'asking';
    try {
      const said = await this.outside.ask();
      if (said !== 'granted') {
        this.state = said === 'denied' ? 'denied' : 'offer';
        return;
      }
      const late = this.outside.after(SUBSCRIBE_MS_MAX);
      const now = await Promise.race([this.outside.subscribe(this.#key), late]);
      await this.#tell(now, language);
      this.state = 'on';
    } catch {
      this.state = 'failed';
    }
  }

  async end(): Promise<void> {
    if (this.state !== 'on') return;
    this.state = 'asking';
    try {
      const now = await this.outside.subscribed();
      if (now) {
        await this.calls.forget(now.endpoint);
        await now.unsubscribe();
      }
      keepHere(KEPT, null);
      this.state = 'offer';
    } catch {
      this.state = 'on';
    }
  }

  /** Whether it is on already; a changed key or language is put right on the way. */
  async #goesOn(language: Language): Promise<boolean> {
    if (this.outside.permission() !== 'granted') return false;
    const now = await this.outside.subscribed();
    if (!now || !this.#key) return false;
    if (now.key && base64url(now.key) !== this.#key) {
      await this.calls.forget(now.endpoint);
      await now.unsubscribe();
      await this.#tell(await this.outside.subscribe(this.#key), language);
    } else if (keptHere<string>(KEPT) !== `${language} ${now.endpoint}`) {
      await this.#tell(now, language);
    }
    return true;
  }

  async #tell(now: Subscribed, language: Language): Promise<void> {
    const { endpoint, keys } = now.toJSON();
    await this.calls.tell({ endpoint, keys } as PushAddress, language);
    keepHere(KEPT, `${language} ${now.endpoint}`);
  }
}

/** As the server writes its key: base64 for addresses, without padding. */
export function base64url(bytes: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const worker = () => navigator.serviceWorker.ready.then(({ pushManager }) => pushManager);

const subscribedAs = (found: PushSubscription): Subscribed => ({
  endpoint: found.endpoint,
  key: found.options?.applicationServerKey ?? null,
  toJSON: () => found.toJSON(),
  unsubscribe: () => found.unsubscribe(),
});

export const browserTelling: TellingOutside = {
  able: () => {
    const phone = navigator as { standalone?: boolean };
    if ('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) {
      return 'yes';
    }
    // Only Safari on a phone or tablet knows this word, and says no outside the Home Screen.
    return phone.standalone === false ? 'home-screen' : 'no';
  },
  permission: () => Notification.permission,
  ask: () => Notification.requestPermission(),
  subscribed: async () => {
    const found = await (await worker()).getSubscription();
    return found && subscribedAs(found);
  },
  subscribe: async (key) => {
    const asked = { userVisibleOnly: true, applicationServerKey: key };
    return subscribedAs(await (await worker()).subscribe(asked));
  },
  after: (ms) =>
    new Promise((_done, failed) => setTimeout(() => failed(new Error('took too long')), ms)),
};
