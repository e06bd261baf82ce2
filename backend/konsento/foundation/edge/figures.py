"""Figures for Prometheus: how many requests, how long, how many streams stand open."""

from litestar import Response, get
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "konsento_requests_total", "Answers given", ["method", "path", "status"], registry=REGISTRY
)
TOOK = Histogram(
    "konsento_request_seconds",
    "Time to the end of the answer",
    ["path"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
STREAMS = Gauge("konsento_streams", "Open event streams", registry=REGISTRY)


def observe(method: str, path: str, status: int, took_ms: int) -> None:
    """`path` is the route's template, never the asked path: labels must stay few."""
    method = method if method in METHODS else "other"
    REQUESTS.labels(method, path, str(status)).inc()
    TOOK.labels(path).observe(took_ms / 1000)


@get("/metrics", include_in_schema=False, sync_to_thread=False)
def metrics() -> Response[bytes]:
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
