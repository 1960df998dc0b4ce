"""Questions about a whole notice, asked at its first row: its owner, its year, answers of earlier notices."""

from collections.abc import Sequence

from gongkai.core.units.models import Alias
from gongkai.work.notices.importing.flags import (
    flag_foreign_issuer,
    flag_learnt_answers,
    flag_unknown_issuer,
    flag_unknown_year,
)
from gongkai.work.notices.importing.source import NoticeSource
from gongkai.work.notices.importing.table_heads import COLUMN_MEANINGS
from gongkai.work.notices.models import Notice
from gongkai.work.notices.planning.drafting import DraftMeasure


def flag_first_row(notice: Notice, source: NoticeSource, drafts: list[DraftMeasure]) -> list[DraftMeasure]:
    """Return the rows with the questions about the whole notice at the first one."""
    first = flag_unknown_year(_flag_unknown_owner(notice, drafts[0]), source.parsed, notice.year)
    heads = {printed: COLUMN_MEANINGS[meaning] for printed, meaning in source.learnt.items()}
    return [flag_learnt_answers(first, heads, _find_learnt_names(drafts)), *drafts[1:]]


def _flag_unknown_owner(notice: Notice, first: DraftMeasure) -> DraftMeasure:
    """Add a flag to the first row when the notice does not state whose it is."""
    if not notice.own:
        return flag_unknown_issuer(first, notice.parsed, notice.issuer)
    ours = notice.issuer_id == notice.government_id
    return flag_foreign_issuer(first, notice.government.label, notice.issuer_name, ours=ours)


def _find_learnt_names(drafts: Sequence[DraftMeasure]) -> dict[str, str]:
    """Return the printed names that an earlier answer resolves, each with its unit."""
    printed = {unit.printed for draft in drafts if not draft.dropped for unit in draft.units}
    rows = Alias.objects.filter(source=Alias.Source.LEARNT, name__in=printed, body__active_to=None)
    return {row.name: row.body.label for row in rows.select_related("body").order_by("pk")}
