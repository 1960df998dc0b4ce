"""Coverage of the Q&A base (C-05): themes, policies without answers, answers without media."""

from django.db.models import Count, Q, QuerySet

from gongkai.content.editions.models import Standing
from gongkai.content.policies.models import PolicyRecord
from gongkai.core.units.models import Body
from gongkai.work.consultation.models import KnownAnswer, Theme
from gongkai.work.consultation.states import SHOWN_STATES


def count_answers_by_theme() -> list[tuple[Theme, int, list[tuple[Body, int]]]]:
    """Return each theme with its number of answers and the contributing units."""
    counts: dict[int, dict[int, int]] = {}
    rows = KnownAnswer.objects.filter(state__in=SHOWN_STATES, themes__isnull=False).values("themes", "body")
    for row in rows.annotate(count=Count("pk")).order_by():
        counts.setdefault(row["themes"], {})[row["body"]] = row["count"]
    bodies = Body.objects.in_bulk({body for some in counts.values() for body in some})
    found = []
    for theme in Theme.objects.all():
        some = counts.get(theme.pk, {})
        units = sorted(some.items(), key=lambda pair: (-pair[1], bodies[pair[0]].position))
        found.append((theme, sum(some.values()), [(bodies[body], count) for body, count in units]))
    return found


def list_uncovered_policies() -> QuerySet[PolicyRecord]:
    """Return policies in force without an answer in use."""
    covered = KnownAnswer.objects.filter(state__in=SHOWN_STATES, documents__isnull=False).values("documents")
    rows = PolicyRecord.objects.filter(document__isnull=False, document__standing=Standing.IN_FORCE)
    return rows.exclude(document__in=covered).select_related("document", "body")


def list_answers_without_media() -> QuerySet[KnownAnswer]:
    """Return answers in use without 图解, 动画 or 短视频."""
    return KnownAnswer.objects.filter(Q(uses__gt=0) | Q(helpful__gt=0), state__in=SHOWN_STATES, media=None)
