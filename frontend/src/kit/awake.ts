/** Keeps the screen lit while a charge is watched, where the phone can; answers how to end it. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let ended = false;

  const ask = async () => {
    if (ended || document.visibilityState !== 'visible' || lock?.released === false) return;
    // A phone that saves its battery refuses: then the screen goes dark as ever.
    const given = await navigator.wakeLock?.request('screen').catch(() => null);
    if (ended) void given?.release();
    else lock = given ?? null;
  };
  // The browser takes the lock back whenever the page is out of sight.
  const seen = () => void ask();
  document.addEventListener('visibilitychange', seen);
  void ask();
  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', seen);
    void lock?.release();
  };
}
