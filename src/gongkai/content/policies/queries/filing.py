"""The filed list against the library: filed but not public → to publish; public and in force but not filed → to file (L-06)."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from gongkai.content.editions.queries import documents_visible_to
from gongkai.content.policies.formats import FILED
from gongkai.content.policies.models import FiledRow, PolicyRecord, Span
from gongkai.content.policies.states import VALID
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body


def to_publish(body: Body) -> QuerySet[FiledRow]:
    """Return the lines of a government's filed list whose document the public cannot read, and that nobody excused."""
    out = documents_visible_to(ANONYMOUS).filter(policy=OuterRef("record"))
    return FiledRow.objects.filter(~Exists(out), body=body, excuse="").select_related("record__body")


def to_file(body: Body) -> QuerySet[PolicyRecord]:
    """Return a government's rules and normative documents that are public and in force, and stand in no filed list."""
    today = timezone.localdate()
    living = Span.objects.filter(since__lte=today, until__gte=today, state__in=VALID)
    out = documents_visible_to(ANONYMOUS).filter(policy=OuterRef("pk"))
    listed = FiledRow.objects.filter(record=OuterRef("pk"))
    rows = PolicyRecord.objects.filter(
        Exists(out), ~Exists(listed), body__path__startswith=body.path, level__in=FILED, filed_number=""
    )
    return rows.filter(pk__in=living.values("record")).select_related("body").order_by("pk")


def filing_lacks(body: Body) -> list[str]:
    """Return why a clean-up round may not be closed for the filed list's sake: both differences must be none."""
    publish, file = to_publish(body).count(), to_file(body).count()
    reasons = []
    if publish:
        reasons.append(f"备案目录中有{publish}件尚未公开，请公开或认定不公开的理由。")
    if file:
        reasons.append(f"有{file}件已公开的规章、规范性文件没有备案，请报备并登记备案号。")
    return reasons
