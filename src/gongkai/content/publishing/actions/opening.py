"""Open a column: a second person confirms its public name and description."""

from collections.abc import Collection

from django.utils import timezone

from gongkai.content.editions.launching import in_preparation
from gongkai.content.editions.models import Column
from gongkai.content.editions.rules import manages
from gongkai.content.editions.shelves import listed_standings, refresh
from gongkai.content.publishing import wording
from gongkai.content.publishing.actions.columns import list_missing_fields, rebuild_shelves, write_column
from gongkai.core.acts.action import ActionResult, Refused, action, stream_of
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.units.same_person import is_among


def _openable(column: Column) -> list[str]:
    if column.is_open:
        return ["栏目已经开通。"]
    parent = column.parent
    closed = [f"上级栏目“{parent.name}”尚未开通，请先开通上级栏目。"] if parent and not parent.is_open else []
    return [*list_missing_fields(column), *closed]


def word_writers(column: Column) -> set[int | None]:
    """Return the persons who wrote a column's name or description, by the log; None means a job or
    command."""
    said = Movement.objects.filter(stream=stream_of(column), action="publishing.change_column")
    writers = {movement.person_id for movement in said if {"name", "content"} & set(movement.facts)}
    made = Movement.objects.filter(stream=stream_of(column.website), action="publishing.make_columns")
    return writers | {movement.person_id for movement in made if column.pk in movement.facts.get("columns", ())}


def opens_at_once(column: Column, by: Actor, proposers: Collection[int] | None = None) -> bool:
    """Return true if opening needs no second person: the words are another person's or the law's.

    Before the installation is opened nobody outside reads them: who confirms the opening looks at all of them.
    """
    if by.system or in_preparation():
        return True
    writers = word_writers(column) if proposers is None else set(proposers)
    if not writers:
        return bool(column.fixed)
    return not is_among(by, writers)


@action("publishing.open_column", label="开通栏目", rule=manages, ready=_openable)
def open_column(column: Column, *, by: Actor, proposers: Collection[int] | None = None) -> ActionResult:
    """Open a column to the public; refused while owner, person, cycle or content is missing (P-02).

    Whoever wrote its words only asks for it: it opens when a second person confirms them (`confirm_words`).

    Args:
        column: which.
        by: who opens it.
        proposers: persons who chose its words, where it was not written here by hand (an old site's columns).
    """
    wording.refuse_personal_of(column)
    if not opens_at_once(column, by, proposers):
        proposal = wording.propose_opening(column, by)
        words = "提请开通栏目，名称和内容说明待另一人确认"
        return ActionResult(
            words=words,
            facts={"proposal": proposal.pk},
            tell=wording.make_proposal_message(proposal),
            to_state="closed",
            result=column,
        )
    waiting = let_open(column)
    also = f"，有{waiting}条信息等待移入" if waiting else ""
    return ActionResult(words=f"开通栏目{also}", facts={"waiting": waiting}, to_state="open")


def let_open(column: Column) -> int:
    """Open a column within another action; return the number of items waiting to be moved in.

    Raises:
        Refused: something is missing, or the column above is closed.
    """
    if reasons := _openable(column):
        raise Refused(reasons)
    column.opened_at = timezone.now()
    write_column(column)
    _show_standings(column)
    for placement in column.placements.select_related("document"):
        refresh(placement.document, words=False)  # what was meant for it beside another closed column
    return column.waiting.count()


def _show_standings(column: Column) -> None:
    """Fill a newly opened library list (现行有效, 失效/废止) from the column above and its sibling
    list."""
    if listed_standings(column.name) and column.parent is not None:
        rebuild_shelves(column.parent)
