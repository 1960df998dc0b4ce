"""Prometheus metrics: requests, and the status at the time of the scrape. Collected only if a token is set."""

import os
from collections.abc import Iterable, Iterator
from functools import cache

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST as KIND
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from gongkai.ops.upkeep.all_findings import collect_findings
from gongkai.ops.upkeep.findings import StatusReading
from gongkai.ops.upkeep.models import JobRun
from gongkai.ops.upkeep.status import read_all_parts

__all__ = ["KIND", "count_request", "metrics_enabled", "metrics_page"]
# Buckets of response times in seconds.
RESPONSE_TIME_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
COUNTED_METHODS = {"GET", "HEAD", "POST"}


def metrics_enabled() -> bool:
    """Return True if a token for the metrics is set."""
    return bool(settings.GONGKAI_METRICS_TOKEN)


@cache
def _make_request_metrics() -> tuple[Counter, Histogram]:
    counts = Counter("gongkai_requests", "Requests answered", ["method", "view", "status"])
    return counts, Histogram("gongkai_request_seconds", "Time of answers", ["face"], buckets=RESPONSE_TIME_BUCKETS)


def count_request(method: str, view: str, status: int, seconds: float) -> None:
    """Count a request and record its duration; `view` is the name of the Django view ("" if none)."""
    # Labelled by view, not by URL: each label value makes a time series of its own.
    counts, took = _make_request_metrics()
    face = "portal" if view.startswith(("portal:", "opendata:")) else "office" if view else "none"
    counts.labels(method if method in COUNTED_METHODS else "other", view or "none", f"{status // 100}xx").inc()
    took.labels(face).observe(seconds)


class StatusCollector:
    """The status as gauges, read at each scrape."""

    def collect(self) -> Iterator[object]:
        """Yield the gauges of readings, findings, and ages of the jobs' last success (if the database answers)."""
        readings = list(read_all_parts())
        yield from _iterate_figures(readings)
        family = GaugeMetricFamily("gongkai_finding", "1 for each finding of gongkai check", labels=["name", "level"])
        for name, level in sorted({(finding.name, finding.level.value) for finding in collect_findings(readings)}):
            family.add_metric([name, level], 1)
        yield family
        ages = GaugeMetricFamily("gongkai_job_good_age_seconds", "Since a job last went well", labels=["job"])
        moment = timezone.now()
        try:
            for run in JobRun.objects.exclude(good_at=None):
                assert run.good_at is not None
                ages.add_metric([run.name], (moment - run.good_at).total_seconds())
        except DatabaseError:
            return
        yield ages


def _iterate_figures(parts: Iterable[StatusReading]) -> Iterator[GaugeMetricFamily]:
    """Yield the figures of readings; a name `figure:place` becomes a label."""
    families: dict[str, GaugeMetricFamily] = {}
    for part in parts:
        for key, value in part.figures.items():
            name, _, place = key.partition(":")
            if name not in families:
                labels = ["place"] if place else []
                families[name] = GaugeMetricFamily(f"gongkai_{name}", part.label, labels=labels)
            families[name].add_metric([place] if place else [], value)
    yield from families.values()


def metrics_page() -> str:
    """Return the status and the requests of all processes of this server in Prometheus's text format."""
    several = bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))  # Set by `serve` when it starts several processes.
    registry = CollectorRegistry()
    if several:
        MultiProcessCollector(registry)
    registry.register(StatusCollector())  # type: ignore[arg-type]
    text = generate_latest(registry).decode()
    return text if several else generate_latest(REGISTRY).decode() + text
