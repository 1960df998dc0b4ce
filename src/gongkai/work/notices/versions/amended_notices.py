"""Find the notice in force that a draft amends."""

from django.db.models import QuerySet

from gongkai.work.notices.alignment.loading import is_issued_here
from gongkai.work.notices.models import Amending, Notice
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.versions.row_pairs import NoticeVersion, find_amending_reasons, normalize_text

# Notices in force compared with a draft to find the one it amends.
MAX_COMPARED_NOTICES = 30


def to_version(notice: Notice) -> NoticeVersion:
    """Return the parts of a notice needed to find the one it amends."""
    rows = notice.measures.filter(dropped=False).order_by("position", "pk").values_list("text", flat=True)
    return NoticeVersion(
        title=notice.title,
        number=notice.doc_number,
        issuer=str(notice.issuer_id or normalize_text(notice.issuer_name)),
        year=notice.year,
        rows=tuple(rows),
        words=notice.source_text,
    )


def list_amendable_notices(notice: Notice) -> QuerySet[Notice]:
    """Return notices in force of the same body and year, the newest first."""
    rows = Notice.objects.filter(
        government=notice.government_id, own=notice.own, year=notice.year, state=NoticeState.LIVE
    )
    return rows.exclude(pk=notice.pk).select_related("government", "issuer").order_by("-pk")


def find_amended_notice(notice: Notice) -> Notice | None:
    """Return the notice in force that a draft probably amends, or None."""
    mine = to_version(notice)
    found = [
        (len(reasons), one)
        for one in list_amendable_notices(notice)[:MAX_COMPARED_NOTICES]
        if is_issued_here(one) and (reasons := find_amending_reasons(mine, to_version(one)))
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def list_amending_reasons(notice: Notice) -> list[str]:
    """Return reasons why a notice is an amended version of the one in `amends`."""
    return find_amending_reasons(to_version(notice), to_version(notice.amends)) if notice.amends else []


def propose_amended_notice(notice: Notice) -> None:
    """Store the notice that a draft probably amends as a question, unless answered before."""
    if notice.amending in {Amending.YES, Amending.NO}:
        return
    found = find_amended_notice(notice)
    notice.amends, notice.amending = found, Amending.ASKED if found else Amending.NOT_ASKED
    notice.save(update_fields=["amends", "amending"])
