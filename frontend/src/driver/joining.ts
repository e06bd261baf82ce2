/** A link to somebody's charge carries its key behind the #: it is read once and then dropped. */

/** The key in the address, taken out of it so that neither history nor a copy keeps it. */
export function takeToken(): string | null {
  if (!location.hash.startsWith('#k=')) return null;
  const found = /^#k=([\w-]{16,256})$/.exec(location.hash);
  history.replaceState(history.state, '', location.pathname + location.search);
  return found?.[1] ?? null;
}
