"""What the operator's monitoring reads: requests, how long they took, the journal's head, the cache."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from rerail.web.cache import PageCache

MEDIA_TYPE: Final = CONTENT_TYPE_LATEST
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The metrics of one app, in a registry of its own. Labels are route templates, never addresses."""

    def __init__(self) -> None:
        self._registry: Final = CollectorRegistry()
        self._requests: Final = Counter(
            "rerail_requests", "Requests answered.", ("route", "method", "status"), registry=self._registry
        )
        self._seconds: Final = Histogram(
            "rerail_request_seconds",
            "Seconds from a request to the start of its answer.",
            ("route",),
            registry=self._registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
        )
        self._journal: Final = Gauge("rerail_journal_head", "Number of the last entry.", registry=self._registry)
        self._edition: Final = Gauge("rerail_edition", "Number of the edition in force.", registry=self._registry)
        self._kept: Final = Gauge("rerail_cache_answers", "Answers kept.", registry=self._registry)
        self._bytes: Final = Gauge("rerail_cache_bytes", "Bytes kept.", registry=self._registry)
        self._hits: Final = Gauge("rerail_cache_hits_total", "Answers sent from the cache.", registry=self._registry)
        self._misses: Final = Gauge("rerail_cache_misses_total", "Answers made and kept.", registry=self._registry)
        # Looking a child up by its labels costs more than counting; there are few combinations.
        self._children: Final[dict[tuple[str, str, int], Counter]] = {}
        self._clocks: Final[dict[str, Histogram]] = {}

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request answered."""
        key = (route, method, status)
        child = self._children.get(key)
        if child is None:
            known = method if method in _METHODS else "other"  # a stranger's methods must not become series
            child = self._children[key[0], known, status] = self._requests.labels(route, known, str(status))
        child.inc()
        clock = self._clocks.get(route)
        if clock is None:
            clock = self._clocks[route] = self._seconds.labels(route)
        clock.observe(seconds)

    def text(self, versions: tuple[int, int], cache: PageCache) -> bytes:
        """The exposition, with the gauges as of now."""
        self._journal.set(versions[0])
        self._edition.set(versions[1])
        self._kept.set(len(cache))
        self._bytes.set(cache.size)
        self._hits.set(cache.hits)
        self._misses.set(cache.misses)
        return generate_latest(self._registry)
