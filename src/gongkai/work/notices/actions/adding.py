"""Handle sentences of a notice that no row covers: add them as rows or mark them as no task."""

from dataclasses import replace

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.units.actors import Actor
from gongkai.lib.reading.words.duties import read_duties
from gongkai.work.notices.actions.correcting import renumber
from gongkai.work.notices.actions.importing import store_row
from gongkai.work.notices.actions.notice_action import notice_action
from gongkai.work.notices.actions.rules import chief_of
from gongkai.work.notices.models import Measure, Notice
from gongkai.work.notices.planning.drafting import DraftDuty, DraftMeasure, DraftUnit, order_of
from gongkai.work.notices.planning.leftovers import subjects_of
from gongkai.work.notices.planning.parts import LEAD, RESPONSIBLE
from gongkai.work.notices.queries.missed import missed_of
from gongkai.work.notices.rewording import Reader

# Shorter quotations may occur in the source by chance.
SHORTEST = 6


@notice_action("add_row", verb="correct", label="处理没有成为任务的句子", rule=chief_of)
def add_row(notice: Notice, *, by: Actor, text: str, dropped: bool = False) -> ActionResult:
    """Add words that the notice prints but no row contains, after the last row.

    The words are one of the missed sentences on the page, or copied from the source. With `dropped`
    the row is recorded as no task. The result is the new `Measure`.
    """
    words = text.strip()
    if words not in missed_of(notice) and not _unread(notice, words):
        raise Refused("这句话已经在某一行里，或者不在通知里：请从“来源全文”中照原文抄录。")
    last = Measure.objects.filter(notice=notice).order_by("-position").first()
    row = store_row(notice, _draft(notice, words, dropped=dropped), after=last.position if last else 0)
    renumber(notice)
    how = "不列入" if dropped else "列为任务"
    return ActionResult(words=f"{how}：{words}"[:400], facts={"measure": row.pk}, result=row)


def _unread(notice: Notice, words: str) -> bool:
    """Tell whether the source contains the words and no row does; white space is ignored."""
    bare = "".join(words.split())
    rows = Measure.objects.filter(notice=notice).values_list("text", flat=True)
    held = any(bare in "".join(text.split()) for text in rows)
    return len(bare) >= SHORTEST and bare in "".join(notice.source_text.split()) and not held


def _draft(notice: Notice, words: str, *, dropped: bool) -> DraftMeasure:
    """Build the draft row of a sentence, with its deadlines, paths and units."""
    draft = order_of({"text": words}, notice.parsed, 0)
    duties = tuple(
        DraftDuty(duty.text, tuple(duty.paths), tuple(duty.channels), duty.due.to_json() if duty.due else {})
        for duty in read_duties(words, Reader(notice).context)
    )
    lead = tuple(unit for unit in draft.units if unit.part == LEAD)
    named = tuple(DraftUnit(RESPONSIBLE, name) for name in subjects_of(words))
    return replace(
        draft,
        duties=duties or draft.duties,
        units=(*lead, *named) if named else draft.units,
        dropped=dropped,
        flags=() if dropped else draft.flags,
    )
