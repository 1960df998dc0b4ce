"""Actions on interpretations: draft, link to a document, answer the eight elements, place."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from gongkai.content.editions.models import Column, Document, Shelf, Website
from gongkai.content.editions.models.editions import POLICY_KINDS, DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.content.editions.queries.lists import find_nearest_site
from gongkai.content.editions.sources import ensure_document
from gongkai.content.interpretation.aspects import ASPECT_WORDS, compute_copied_share, find_aspects
from gongkai.content.interpretation.models import Interpretation, InterpretationMedium
from gongkai.content.interpretation.queries import read_document_text, read_item_text
from gongkai.content.interpretation.readiness import find_link_change_errors
from gongkai.content.interpretation.rules import check_signer, check_writer
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage, find_document_item, get_document_title
from gongkai.content.reviewing.signers import list_authors
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import increment_version
from gongkai.core.units.another_person import is_among
from gongkai.core.units.models import Body
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.writing.titles import cite_title

if TYPE_CHECKING:
    from datetime import date


#: Name of the column of interpretations.
ROOT_COLUMN_NAME = "政策解读"
#: Medium of an interpretation → words in the name of its column.
COLUMN_NAMES_BY_MEDIUM: dict[str, tuple[str, ...]] = {
    InterpretationMedium.TEXT: ("文字",),
    InterpretationMedium.PICTURE: ("图片", "图解", "图文"),
    InterpretationMedium.VIDEO: ("视频", "音视频", "动漫", "动画"),
}


@dataclass(frozen=True)
class MediumColumn:
    """The child column of 政策解读 (`parent`) for interpretations in one medium (`form`, such as 图解).

    `column` is None if the site has none; `items` is its number of public items.
    """

    website: Website
    parent: Column
    form: str
    label: str
    column: Column | None
    items: int


def _list_root_columns(website: Website) -> list[Column]:
    """Return the website's open columns with the name 政策解读, ordered by path."""
    return list(
        Column.objects.filter(website=website, name=ROOT_COLUMN_NAME, archived_at=None)
        .order_by("path")
        .select_related("website")
    )


def find_medium_column(body: Body, form: str) -> Column | None:
    """Return the column for interpretations in a medium (`form`): the child of 政策解读, else 政策解读 itself, or None."""
    website = find_nearest_site(body)
    roots = _list_root_columns(website) if website else []
    if not roots:
        return None
    below = Column.objects.filter(parent__in=roots, archived_at=None).order_by("position", "pk")
    return _find_column_of_medium(below, form) or roots[0]


def list_medium_columns(websites: Collection[Website]) -> list[MediumColumn]:
    """Return the child columns of each site's 政策解读 for the three media, also missing ones; three queries."""
    parents: dict[int, Column] = {}
    rows = Column.objects.filter(website__in=websites, name=ROOT_COLUMN_NAME, archived_at=None).order_by("path")
    for parent in rows.select_related("website"):
        parents.setdefault(parent.website_id, parent)
    below: dict[int, list[Column]] = defaultdict(list)
    columns = Column.objects.filter(parent__in=parents.values(), archived_at=None).order_by("position", "pk")
    for column in columns:
        below[column.parent_id or 0].append(column)
    places = [
        (site, parents[site.pk], form, _find_column_of_medium(below[parents[site.pk].pk], form))
        for site in websites
        if site.pk in parents
        for form in InterpretationMedium
    ]
    shelves = Shelf.objects.filter(column__in={one.pk for *_, one in places if one}).order_by()
    items = dict(shelves.values_list("column").annotate(n=Count("document", distinct=True)))
    return [
        MediumColumn(site, parent, form.value, form.label, column, items.get(column.pk, 0) if column else 0)
        for site, parent, form, column in places
    ]


def _find_column_of_medium(columns: Iterable[Column], form: str) -> Column | None:
    """Return the first column whose name has a word for the medium (`form`), or None."""
    return next(
        (column for column in columns if any(word in column.name for word in COLUMN_NAMES_BY_MEDIUM[form])), None
    )


@action("interpretation.draft", label="起草解读", rule=check_writer)
def draft_interpretation(
    document: Document, *, by: Actor, form: str = InterpretationMedium.TEXT, body: str = ""
) -> ActionResult:
    """Draft an interpretation linked to a document, for the unit that drafted the document."""
    if form not in InterpretationMedium.values:
        raise Refused("没有这种解读形式。")
    name = cite_title(get_document_title(document))
    item: ItemPage = publishing.create_draft(
        document.body,
        by=by,
        title=f"{name}{InterpretationMedium(form).label}"[:255],
        kind=ItemKind.INTERPRETATION,
        body=body,
        formed_on=document.formed_on or _get_formation_day(document),
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_basis=DisclosureBasis.A20_1,
        issuer=document.body.name,
    )
    link_document(item, by=by, document=document, form=form)
    return ActionResult(words=f"起草{InterpretationMedium(form).label}", facts={"item": item.pk}, result=item)


def _get_formation_day(document: Document) -> "date | None":
    """Return the day on which the item of a document was formed; None if unknown."""
    item = find_document_item(document)
    return item.formed_on if item else None


def _check_is_interpretation(item: ItemPage) -> list[str]:
    return [] if item.kind == ItemKind.INTERPRETATION else ["只有类别为“政策解读”的信息可以关联被解读文件。"]


@action("interpretation.link", label="关联政策文件", rule=check_writer, ready=_check_is_interpretation)
def link_document(item: ItemPage, *, by: Actor, document: Document, form: str) -> ActionResult:
    """Set the document that an item explains and the form; elements with a matching heading are filled in."""
    if form not in InterpretationMedium.values:
        raise Refused("没有这种解读形式。")
    if document.pk == ensure_document(item).pk:
        raise Refused("解读不能解读它自己，请选被解读的文件。")
    if document.kind not in POLICY_KINDS:
        raise Refused("被解读的须是政策文件。")
    kept = Interpretation.objects.filter(item_id=item.pk).first() or Interpretation(item_id=item.pk)
    changes = not kept._state.adding and (kept.document_id, kept.form) != (document.pk, form)
    if changes and (reasons := find_link_change_errors(kept)):
        raise Refused(reasons)
    kept.document, kept.form, kept.text = document, form, ensure_document(item)
    for key, heading in find_aspects(read_item_text(item)).items():
        if not kept.aspects.get(key):
            kept.aspects[key] = {"text": f"见“{heading}”", "none": ""}
    if not kept._state.adding:
        increment_version(kept)
    kept.save()
    place_by_form(item, by=by)
    return ActionResult(
        words=f"{InterpretationMedium(form).label}：{get_document_title(document)}"[:300],
        facts={"document": document.pk},
        result=kept,
    )


@action("interpretation.answer", label="填写八个方面", rule=check_writer)
def answer_aspects(item: ItemPage, *, by: Actor, aspects: Mapping[str, Mapping[str, str]]) -> ActionResult:
    """Record where the text answers each of the eight elements ("text"), or why one does not apply ("none")."""
    interpretation = Interpretation.objects.filter(item_id=item.pk).first()
    if interpretation is None:
        raise Refused("请先选择所解读的政策文件。")
    unknown = [key for key in aspects if key not in ASPECT_WORDS]
    if unknown:
        raise Refused(f"没有这一方面：{'、'.join(unknown)}。")
    for key, said in aspects.items():
        interpretation.aspects[key] = {name: str(said.get(name, "")).strip()[:500] for name in ("text", "none")}
    increment_version(interpretation)
    interpretation.save()
    done = sum(1 for aspect in interpretation.aspects.values() if aspect.get("text") or aspect.get("none"))
    return ActionResult(words=f"八个方面已填{done}项", result=interpretation)


@action("interpretation.confirm_copied", label="确认解读的摘抄", rule=check_signer)
def confirm_copied(item: ItemPage, *, by: Actor, digest: str = "") -> ActionResult:
    """Confirm the share of sentences copied from the document; authors of the text may not.

    `digest`: that of the text which the user has read; another text is not confirmed.
    """
    interpretation = Interpretation.objects.select_related("document__body").filter(item_id=item.pk).first()
    revision = item.get_latest_revision()
    if interpretation is None or revision is None:
        raise Refused("请先选择所解读的政策文件。")
    authors = list_authors(item, revision.pk)
    if is_among(by, authors.people, authors.accounts):
        raise Refused("起草人不能确认自己的解读，请由审核人员确认。")
    frozen = freeze(item, revision)
    if digest and digest != frozen.digest:
        raise Refused("解读稿在您打开页面以后有改动，请看过以后再确认。")
    interpretation.copied_digest, interpretation.copied_by = frozen.digest, by.name
    increment_version(interpretation)
    interpretation.save()
    share = compute_copied_share(to_plain_text(frozen.html), read_document_text(interpretation.document))
    return ActionResult(words=f"确认解读摘抄原文{share:.0%}", facts={"digest": frozen.digest}, result=interpretation)


@action("interpretation.place", label="按形式放入子栏目", rule=check_writer)
def place_by_form(item: ItemPage, *, by: Actor) -> ActionResult:
    """Add an interpretation to the child column of 政策解读 for its form, or to that column itself, if the site has one."""
    interpretation = Interpretation.objects.filter(item_id=item.pk).first()
    column = find_medium_column(item.unit, interpretation.form) if interpretation else None
    if column is None:
        return ActionResult(words="网站没有“政策解读”栏目", result=item)
    document = ensure_document(item)
    if not document.placements.filter(column=column).exists():
        publishing.place(document, by=by, columns=[column])
    return ActionResult(words=f"放入“{column.title}”", facts={"column": column.pk}, result=item)
