/** What went wrong, as a named fact: the server's problem details, or no answer at all. */

/** `no-answer`: nothing came back in time. `unreadable`: something came that is not ours. */
export type Slug =
  | 'no-answer'
  | 'unreadable'
  | 'unknown-outlet'
  | 'mistyped-code'
  | 'too-many-tries'
  | 'outlet-busy'
  | 'outlet-without-power'
  | 'outlet-faulty'
  | 'outlet-unreachable'
  | 'amount-out-of-bounds'
  | 'not-offered'
  | 'unknown-quote'
  | 'quote-used'
  | 'quote-expired'
  | 'unknown-session'
  | 'not-settled'
  | (string & {});

export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly slug: Slug,
    /** HTTP status, 0 where no answer came. */
    readonly status: number,
    readonly detail: string,
    readonly extras: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${slug} (${status}) ${detail}`);
  }

  /** A whole number that the server added under this name, or null. */
  number(name: string): number | null {
    const value = this.extras[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  }
}

/** Reads problem+json; whatever else a proxy may have put there becomes `unreadable`. */
export function problemFrom(status: number, body: unknown): Problem {
  if (typeof body !== 'object' || body === null || !('type' in body)) {
    return new Problem('unreadable', status, '');
  }
  const { type, detail, ...extras } = body as Record<string, unknown>;
  const slug = String(type).split('/').pop() ?? '';
  return new Problem(slug || 'unreadable', status, String(detail ?? ''), extras);
}

/** Whether asking once more, a little later, may well succeed. */
export function passes(problem: Problem): boolean {
  return problem.slug === 'no-answer' || [502, 503, 504].includes(problem.status);
}
