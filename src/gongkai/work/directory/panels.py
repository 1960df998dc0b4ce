"""Panels of other pages, and erasure by law of a check's texts."""

from collections import Counter
from datetime import date

from gongkai.content.editions.erasure import ERASED_TEXT, find_erased_revisions, get_source_number
from gongkai.content.editions.full_text_sources import FullTextErasureHandler
from gongkai.content.editions.models import Edition
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.row_presence import ANY_VALUE, RowCondition
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.work.directory import coverage, queries
from gongkai.work.directory.models import (
    Catalogue,
    CatalogueItem,
    CheckedCell,
    Followup,
    YearlyCheck,
    YearlyCheckRevision,
)
from gongkai.work.directory.states import FOLLOWUP_MACHINE, FOLLOWUP_STEPS, CatalogueState


class CheckErasureHandler(FullTextErasureHandler):
    """The erasure handler for texts and findings of yearly checks."""

    def erase(self, edition: Edition) -> None:
        """Blank the texts of an edition and, if it is the last, the words on its cells."""
        super().erase(edition)
        number = get_source_number(edition, YearlyCheck.source_name)
        if not YearlyCheckRevision.objects.filter(source=number, pk__gt=find_erased_revisions(edition).last).exists():
            CheckedCell.objects.filter(check_of=number).exclude(words="").update(words=ERASED_TEXT)


CHECK_ERASURE_HANDLER = CheckErasureHandler(YearlyCheck, YearlyCheckRevision)


WORKING_ROLES = (Role.CLERK, Role.LEAD)
MAX_LISTED_ROWS = 5


def make_followup_panel(entry: Entry, _: Actor) -> dict[str, object]:
    """Return the template context of a follow-up: the act, and the four steps with their days."""
    followup = entry.followup
    return {"kept": followup, "steps": list_followup_steps(followup)}


def list_followup_steps(followup: Followup) -> list[tuple[str, date | None]]:
    """Return (step, its day or None) of a follow-up's four steps (B-04)."""
    days = (followup.drafted_on, followup.submitted_on, followup.approved_on, followup.issued_on)
    return [(FOLLOWUP_MACHINE.labels[state], day) for state, day in zip(FOLLOWUP_STEPS, days, strict=True)]


def list_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the home-page block has content."""
    if by.system or by.has(Role.CHIEF):
        return [RowCondition(Catalogue, {"government": ANY_VALUE})]
    return [RowCondition(CatalogueItem.bodies.through, {"body": by.body_ids(*WORKING_ROLES)})]


def make_gaps_block(by: Actor) -> dict[str, object] | None:
    """Return the home page block: a 政务公开办's drafts and unpublished items, or a unit's own gaps by domain.

    None if there are none.
    """
    government = queries.get_maintained_government(by)
    if government is not None:
        drafts = queries.visible_to(by).filter(government=government, state=CatalogueState.DRAFT)
        context = {
            "drafts": list(drafts[:MAX_LISTED_ROWS]),
            "more": max(0, drafts.count() - MAX_LISTED_ROWS),
            "total": coverage.count_unpublished(list(queries.list_catalogues_in_force(government))),
        }
        return context if context["drafts"] or context["total"] else None
    own_units = by.body_ids(*WORKING_ROLES)
    governments = queries.list_office_governments(by) if own_units else []
    if not governments:
        return None
    cells = coverage.list_cells(list(queries.list_catalogues_in_force(governments[0])), bodies=own_units)
    own_gaps = [cell for cell in cells if cell.is_gap and cell.body and cell.body.pk in own_units]
    counts = Counter(cell.item.catalogue.domain for cell in own_gaps)
    if not own_gaps:
        return None
    hidden_count = max(0, len(counts) - MAX_LISTED_ROWS)
    return {
        "total": len(own_gaps),
        "domains": counts.most_common(MAX_LISTED_ROWS),
        "more_domains": hidden_count,
        "unit": min(own_units),
    }
