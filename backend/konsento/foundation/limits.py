"""Every bound of the foundation, by name: no queue, wait, batch or body is without one."""

DATABASE_WAIT_S = 5
STATEMENTS_KEPT = 1_000
SQLITE_READERS = 2
SHARE_A_COMMIT_MAX = 32  # of some half a millisecond each, before the first is told
SQLITE_STEPS_AT_ONCE = 5_000  # of SQLite's machine, less than a millisecond
POSTGRES_CONNECTIONS = 8

OUTBOX_BATCH = 50
OUTBOX_LEASE_MS = 60_000
OUTBOX_HANDLER_MS = 45_000
OUTBOX_ATTEMPTS = 14
OUTBOX_POLL_MS = 1_000
OUTBOX_BACKOFF_MS_MAX = 900_000

CRIES_KEPT = 1_000
CRIER_WAIT_S = 5
CRIER_AGAIN_MS = 1_000
CRIER_ALIVE_MS = 10_000

BODY_BYTES = 1_000_000
JSON_DEPTH = 20
IDEMPOTENCY_KEY_CHARS = 255
IDEMPOTENCY_LEASE_MS = 60_000
IDEMPOTENCY_KEPT_MS = 7 * 86_400_000
INBOX_KEPT_MS = 30 * 86_400_000  # a payment provider repeats for days

STREAMS_PER_VISITOR = 8
STREAMS_PER_PROCESS = 10_000
STREAM_HEARTBEAT_MS = 15_000
STREAM_RETRY_MS = 1_000
STREAM_RETRY_SPREAD_MS = 4_000

SHUTDOWN_S = 5
# Longer than any client or proxy keeps an idle connection: whoever asks on it must not find it
# closed just now. Ours keep theirs for 5 s, common proxies for 60.
KEEP_ALIVE_S = 75
PROXY_HOPS_MAX = 8
