"""Actions on columns: open, change, archive, move.

A second person confirms the name of an opened one.
"""

from collections.abc import Collection, Mapping
from itertools import islice

from django.utils import timezone

from gongkai.content.editions.column_names import (
    MAX_DEPTH,
    MAX_NAME_CHARACTERS,
    PATH_SEPARATOR,
    normalize_name,
    tidy_name,
)
from gongkai.content.editions.launch_state import in_preparation
from gongkai.content.editions.models import Column, ColumnAlias, ColumnKind, ColumnUse, Document, Shelf, TreeStamp
from gongkai.content.editions.rules import check_site_manager, describe_publishers
from gongkai.content.editions.shelves import get_listed_standings, rebuild_document
from gongkai.content.publishing import proposed_words
from gongkai.content.publishing.models import WordsState, get_document_title
from gongkai.content.reviewing.column_signatures import find_newly_unsigned
from gongkai.content.reviewing.plan import ReviewPlan
from gongkai.content.reviewing.schemes import map_subtree_plans
from gongkai.core.acts.action import ActionResult, Refused, action, get_log_stream
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.units.another_person import is_among
from gongkai.core.units.models import Body
from gongkai.lib.typed_json import read_text

#: Fields of a column that an action may change.
EDITABLE_COLUMN_FIELDS = ("name", "content", "owner", "person", "cycle_days", "kind", "link", "position", "provisional")
#: Number of titles that a refusal names.
MAX_LISTED_TITLES = 3
#: Required field of a column → label (P-02).
REQUIRED_FIELDS = {"content": "栏目内容说明", "owner": "责任单位", "person": "责任人", "cycle_days": "更新周期"}


def list_missing_fields(column: Column) -> list[str]:
    """Return a Chinese sentence for each required field that a column lacks (P-02), and for a missing link."""
    lacking = [f"尚未填写{label}。" for name, label in REQUIRED_FIELDS.items() if _is_empty(column, name)]
    if column.kind == ColumnKind.LINK and not column.link:
        lacking.append("链接栏目尚未填写链接地址。")
    return lacking


def _is_empty(column: Column, name: str) -> bool:
    """Return true if a field of a column has no value, or only white space."""
    value = getattr(column, f"{name}_id" if name in {"owner", "person"} else name)
    return value is None or (isinstance(value, str) and not value.strip())


@action("publishing.change_column", label="修改栏目登记", rule=check_site_manager)
def change_column(column: Column, *, by: Actor, **facts: object) -> ActionResult:
    """Change the fields of a column. New public words await confirmation; a former name stays as an alias."""
    unknown = set(facts) - set(EDITABLE_COLUMN_FIELDS)
    if unknown:
        raise Refused([f"不能修改“{name}”。" for name in sorted(unknown)])
    if "name" in facts:
        facts["name"] = tidy_name(read_text(facts, "name"))
    changed = {name: value for name, value in facts.items() if (value or "") != (getattr(column, name) or "")}
    proposal = proposed_words.propose_words(column, changed, by) if column.is_open else None
    facts = {name: value for name, value in facts.items() if not proposal or name not in proposal.after}
    before = {name: getattr(column, name) for name in facts}
    for name, value in facts.items():
        setattr(column, name, value)
    renewed = None if column.is_open else proposed_words.renew_opening(column, changed, by)
    errors = list_missing_fields(column) if column.is_open else []
    errors += _find_link_errors(column)
    if not column.name or len(column.name) > MAX_NAME_CHARACTERS:
        errors.append("请填写栏目名称（不超过80字）。")
    if errors:
        raise Refused(errors)
    if normalize_name(column.name) != normalize_name(str(before.get("name", column.name))):
        _update_keys(column, column.parent)
    write_column(column)
    if "name" in facts and (get_listed_standings(str(before["name"])) or get_listed_standings(column.name)):
        rebuild_subtree_shelves(column.parent or column)
    pairs = {name: [str(before[name] or ""), str(getattr(column, name) or "")] for name in facts}
    proposal = proposal or renewed
    held = {"proposal": proposal.pk} if proposal else {}
    return ActionResult(
        words="修改栏目登记" + ("，公开文字待另一人确认" if proposal else ""),
        facts={**{n: pair for n, pair in pairs.items() if pair[0] != pair[1]}, **held},
        tell=proposed_words.make_proposal_message(proposal),
    )


def _find_link_errors(column: Column) -> list[str]:
    """Return the Chinese reason why a column cannot be a link, if any: no list would show its items."""
    if column.kind != ColumnKind.LINK:
        return []
    held = Shelf.objects.filter(column=column, direct=True).count() + column.waiting.count()
    return [f"栏目里还有{held}条信息，改为链接栏目后找不到它们。请先把它们移到其他栏目。"] if held else []


def store_column_words(column: Column, words: Mapping[str, str]) -> None:
    """Store the name or content of a column (`words`: field → text) that a second person confirmed.

    Raises:
        Refused: the name is empty, too long, or another column's; an open column would lack its
            content.
    """
    former = column.name
    for name, value in words.items():
        setattr(column, name, value)
    errors = list_missing_fields(column) if column.is_open else []
    if not column.name or len(column.name) > MAX_NAME_CHARACTERS:
        errors.append("请填写栏目名称（不超过80字）。")
    if errors:
        raise Refused(errors)
    if normalize_name(column.name) != normalize_name(former):
        _update_keys(column, column.parent)
    write_column(column)
    if normalize_name(column.name) != normalize_name(former) and (
        get_listed_standings(former) or get_listed_standings(column.name)
    ):
        rebuild_subtree_shelves(column.parent or column)


def _find_archive_errors(column: Column) -> list[str]:
    """Return the Chinese reason why a column cannot be archived, if any."""
    if not column.is_open:
        return ["栏目尚未开通。"]
    if column.fixed:
        return ["法定固定栏目不能归档。"]
    return ["栏目已经归档。"] if column.archived_at else []


@action("publishing.archive_column", label="归档栏目", rule=check_site_manager, ready=_find_archive_errors)
def archive_column(column: Column, *, by: Actor, note: str = "") -> ActionResult:
    """Archive a finished column: it stays readable, with a notice and the date."""
    column.archived_at = timezone.now()
    text = note.strip()[:200]
    proposal = proposed_words.propose_words(column, {"archive_note": text}, by) if text else None
    column.archive_note = "" if proposal else text
    write_column(column)
    said = "归档栏目" + ("，归档说明待另一人确认" if proposal else "")
    return ActionResult(
        words=said, facts={"note": text}, to_state="archived", tell=proposed_words.make_proposal_message(proposal)
    )


@action(
    "publishing.restore_column",
    label="恢复栏目",
    rule=check_site_manager,
    ready=lambda column: [] if column.archived_at else ["栏目没有归档。"],
)
def restore_column(column: Column, *, by: Actor) -> ActionResult:
    """Restore an archived column."""
    column.archived_at, column.archive_note = None, ""
    write_column(column)
    return ActionResult(words="恢复栏目", to_state="open")


def _find_move_errors(column: Column) -> list[str]:
    if column.fixed:
        return ["法定固定栏目不能移动；要在别处也看得到，把信息放入另一个栏目。"]
    return []


@action("publishing.move_column", label="移动栏目", rule=check_site_manager, ready=_find_move_errors)
def move_column(column: Column, *, by: Actor, parent: Column | None) -> ActionResult:
    """Move a column and its subtree under another one; the former path stays as an alias for imports."""
    parent = Column.objects.get(pk=parent.pk) if parent else None
    if parent and (parent.website_id != column.website_id or parent.path.startswith(column.path)):
        raise Refused("不能移到其他网站、自身或自己的下级栏目，请另选上级栏目。")
    if column.is_open and parent and not parent.is_open:
        raise Refused(f"目标上级栏目“{parent.name}”尚未开通，请先开通它。")
    before, plans = column.key, map_subtree_plans(column)
    column.parent = parent
    _update_keys(column, parent)
    write_column(column)
    _refuse_other_signers(column, plans)
    rebuild_subtree_shelves(column)
    return ActionResult(words="移动栏目", facts={"from": before, "to": column.key})


def _refuse_other_signers(column: Column, earlier_plans: Mapping[int, ReviewPlan]) -> None:
    """Refuse a move that would put public items under a signature plan other than that of their signatures (`earlier_plans`)."""
    documents = list(islice(find_newly_unsigned(earlier_plans, map_subtree_plans(column)), MAX_LISTED_TITLES + 1))
    if documents:
        titles = "、".join(f"“{get_document_title(document)}”" for document in documents[:MAX_LISTED_TITLES])
        more = "等" if len(documents) > MAX_LISTED_TITLES else ""
        raise Refused(
            f"移动后的审签程序与{titles}{more}所经的不同。请先撤回公开或者移到其他栏目，移动后放入该栏目重新送审。"
        )


def _update_keys(column: Column, parent: Column | None) -> None:
    """Update the keys of a column and its subtree; old keys become aliases (Refused: a key is taken, or too many levels)."""
    old = column.key
    new = f"{parent.key}{PATH_SEPARATOR}{normalize_name(column.name)}" if parent else normalize_name(column.name)
    if new == old:
        return
    if Column.objects.filter(website=column.website, key=new).exclude(pk=column.pk).exists():
        raise Refused(f"已有同名栏目“{new.replace(PATH_SEPARATOR, ' > ')}”。")
    below = list(Column.objects.filter(website=column.website, key__startswith=old + PATH_SEPARATOR))
    deeper = new.count(PATH_SEPARATOR) - old.count(PATH_SEPARATOR)
    if deeper > 0 and max(one.key.count(PATH_SEPARATOR) for one in [column, *below]) + deeper >= MAX_DEPTH:
        raise Refused(f"移动后栏目层级超过{MAX_DEPTH}级，请另选上级栏目。")
    ColumnAlias.objects.filter(website=column.website, key=new).delete()
    ColumnAlias.objects.update_or_create(website=column.website, key=old, defaults={"column": column})
    column.key = new
    for one in below:
        one.key = new + one.key[len(old) :]
        one.save(update_fields=["key"])


def rebuild_subtree_shelves(column: Column) -> None:
    """Rebuild the shelf rows of all documents in a column's subtree."""
    for document in Document.objects.filter(placements__column__path__startswith=column.path).distinct():
        rebuild_document(document, words=False)


def write_column(column: Column) -> None:
    """Save a column that an action changed."""
    column.version += 1
    column.save()
    TreeStamp.increment()


@action("publishing.set_publishers", label="设定发布单位", rule=check_site_manager)
def set_publishers(column: Column, *, by: Actor, admits: str, units: Collection[Body] = ()) -> ActionResult:
    """Set the units that may publish in a column and its descendants; existing items stay.

    Args:
        column: the column.
        by: a manager of the site's columns.
        admits: a `ColumnUse`.
        units: the named units, in addition to the responsible one; ignored if `admits` names none.
    """
    if admits not in ColumnUse.values:
        raise Refused("请选择由谁发布。")
    if column.kind == ColumnKind.LINK:
        raise Refused("链接栏目不放信息，不用设定发布单位。")
    named_units = list(units) if admits == ColumnUse.NAMED else []
    if admits == ColumnUse.NAMED and not named_units and column.owner_id is None:
        raise Refused("请选定单位，或先登记栏目的责任单位。")
    if strangers := [body.name for body in named_units if not body.path.startswith(column.website.body.path)]:
        raise Refused(f"{'、'.join(strangers)}不属于{column.website.body.name}，不能指定。")
    before = describe_publishers(column)
    column.admits = admits
    write_column(column)
    column.publishers.set(named_units)
    after = describe_publishers(column)
    return ActionResult(
        words=f"发布单位：{after}",
        facts={"admits": admits, "units": sorted(body.pk for body in named_units), "before": before, "after": after},
    )


def _find_opening_errors(column: Column) -> list[str]:
    """Return the Chinese reasons why a column cannot be opened."""
    if column.is_open:
        return ["栏目已经开通。"]
    parent = column.parent
    closed = [f"上级栏目“{parent.name}”尚未开通，请先开通上级栏目。"] if parent and not parent.is_open else []
    return [*list_missing_fields(column), *closed]


def list_word_authors(column: Column) -> set[int | None]:
    """Return the keys of persons who wrote a column's name or content, by the log; None for a job or a command."""
    movements = Movement.objects.filter(stream=get_log_stream(column), action="publishing.change_column")
    writers = {movement.person_id for movement in movements if {"name", "content"} & set(movement.facts)}
    made = Movement.objects.filter(stream=get_log_stream(column.website), action="publishing.make_columns")
    return writers | {movement.person_id for movement in made if column.pk in movement.facts.get("columns", ())}


def can_open_alone(column: Column, by: Actor, proposers: Collection[int] | None = None) -> bool:
    """Return true if no second person must confirm the opening of a column.

    Its texts were written by another person or are prescribed by law, or the installation is not public yet: then
    the person who confirms its opening checks all texts.
    """
    if by.system or in_preparation():
        return True
    writers = list_word_authors(column) if proposers is None else set(proposers)
    if not writers:
        return bool(column.fixed)
    return not is_among(by, writers)


@action("publishing.open_column", label="开通栏目", rule=check_site_manager, ready=_find_opening_errors)
def open_column(column: Column, *, by: Actor, proposers: Collection[int] | None = None) -> ActionResult:
    """Open a column to the public; refused while owner, person, cycle or content is missing (P-02).

    The author of its words only proposes it; it opens when a second person confirms them
    (`confirm_words`).

    Args:
        column: the column.
        by: the user.
        proposers: the persons who chose its words, if they were imported (columns of an old site).
    """
    proposed_words.refuse_personal_words(column)
    if not can_open_alone(column, by, proposers):
        proposal = proposed_words.propose_opening(column, by)
        text = "提请开通栏目，名称和内容说明待另一人确认"
        return ActionResult(
            words=text,
            facts={"proposal": proposal.pk},
            tell=proposed_words.make_proposal_message(proposal),
            to_state="closed",
            result=column,
        )
    waiting = open_column_within_action(column)
    also = f"，有{waiting}条信息等待移入" if waiting else ""
    return ActionResult(words=f"开通栏目{also}", facts={"waiting": waiting}, to_state="open")


def open_column_within_action(column: Column) -> int:
    """Open a column within another action; return the number of items that wait to be moved into it.

    A pending proposal to open it is obsolete.

    Raises:
        Refused: something is missing, or the column above is closed.
    """
    if reasons := _find_opening_errors(column):
        raise Refused(reasons)
    column.opened_at = timezone.now()
    write_column(column)
    proposed_words.list_waiting(column).update(state=WordsState.REPLACED)
    _fill_validity_list(column)
    for placement in column.placements.select_related("document"):
        rebuild_document(placement.document, words=False)  # it may also have been planned for another closed column
    return column.waiting.count()


def _fill_validity_list(column: Column) -> None:
    """Fill a newly opened library list (现行有效, 失效/废止) from the column above and its sibling list."""
    if get_listed_standings(column.name) and column.parent is not None:
        rebuild_subtree_shelves(column.parent)
