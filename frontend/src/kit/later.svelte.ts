/** A part of a page that is fetched apart, so that the page itself is there sooner. */

export class Later<Part> {
  part = $state.raw<Part | null>(null);
  /** Whether the last try to fetch it failed; asking again tries again. */
  failed = $state(false);

  constructor(private readonly fetch: () => Promise<{ default: Part }>) {}

  async load(): Promise<void> {
    if (this.part) return;
    this.failed = false;
    try {
      this.part = (await this.fetch()).default;
    } catch {
      this.failed = true;
    }
  }
}

/** Fetches these when the page has come to rest. */
export function fetchLater(...parts: readonly Later<unknown>[]): void {
  const fetch = () => parts.forEach((each) => void each.load());
  if ('requestIdleCallback' in window) requestIdleCallback(fetch);
  else setTimeout(fetch, 200);
}
