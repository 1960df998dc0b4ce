"""The five steps of a policy document (P-20): 属性认定、公开征求意见、政策解读、公开发布、关切回应.

Other apps register their steps with `editions.gates.register_step`; the others are computed here.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from gongkai.content.editions.gates import STEPS_BY_NAME
from gongkai.content.editions.models import Document
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.policies.formats import CONSULTED_LEVELS
from gongkai.content.policies.models import PolicyRecord, Relation, RelationKind
from gongkai.content.publishing.models import ItemPage
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.typed_json import read_text

#: Public reason if a document was not open for consultation.
CONSULTATION_EXEMPT_TEXT = "依法可以不公开征求意见"


class PolicyStep(NamedTuple):
    """A step in the life of a policy document: Chinese name, true if done, and its state in Chinese (`words`)."""

    name: str
    done: bool
    words: str


def load_latest_draft(item: ItemPage) -> ItemPage:
    """Return an item as in its latest revision."""
    if not item.latest_revision_id:
        return item
    return ask_once(("draft", item.latest_revision_id), item.get_latest_revision_as_object)


def list_steps(item: ItemPage | None, record: PolicyRecord | None) -> list[PolicyStep]:
    """Return the five steps of a document with their state.

    A step for which the item or record is missing counts as not done.
    """
    page = load_latest_draft(item) if item else None
    return [
        PolicyStep("属性认定", *_find_attribute_step(page)),
        PolicyStep("公开征求意见", *_find_consultation_step(record)),
        PolicyStep("政策解读", *_ask_registered_step("政策解读", item)),
        PolicyStep("公开发布", *_find_publication_step(item)),
        PolicyStep("关切回应", *_find_response_step(record)),
    ]


def list_public_steps(
    document: Document, record: PolicyRecord, facts: Mapping[str, object], interpretations: int
) -> list[PolicyStep]:
    """Return the steps done so far, for the public page, without notes for staff.

    Args:
        document: the published document.
        record: its record in the library.
        facts: those of its edition.
        interpretations: the number of its public interpretations.
    """
    attribute = dict(DisclosureAttribute.choices).get(read_text(facts, "attribute"))
    article = re.match(
        r"第.+?条(?:（.+?）)?", str(dict(DisclosureBasis.choices).get(read_text(facts, "attribute_basis"), ""))
    )
    basis = article[0] if article else ""
    moment = document.published_at
    found = [row.user_id for row in list_response_relations(record)]
    answered = len(_map_public_days(found)) if found else 0
    steps = {
        "公开属性": f"{attribute}{f'（{basis}）' if basis else ''}" if attribute else "",
        "公开征求意见": _describe_consultation(record),
        "政策解读": f"已公开{interpretations}篇" if interpretations else "",
        "公开发布": f"{timezone.localtime(moment):%Y-%m-%d}" if moment else "",
        "关切回应": f"已公开{answered}篇" if answered else "",
    }
    return [PolicyStep(name, done=True, words=text) for name, text in steps.items() if text]


def _describe_consultation(record: PolicyRecord) -> str:
    """Return the days of the public consultation, or that it was exempted, or ""."""
    if not record.consultation:
        return CONSULTATION_EXEMPT_TEXT if record.exemption else ""
    days = (record.consulted_from, record.consulted_to)
    return f"{days[0]:%Y-%m-%d}至{days[1]:%Y-%m-%d}" if days[0] and days[1] else "已征求意见"


def _ask_registered_step(name: str, item: ItemPage | None) -> tuple[bool, str]:
    """Return (whether a step is done, Chinese words) from the app that registered it in `STEPS_BY_NAME`."""
    if item is None:
        return False, "还没有起草公开"
    find_state = STEPS_BY_NAME.get(name)
    return find_state(item) if find_state else (False, "没有记录")


def _find_attribute_step(page: ItemPage | None) -> tuple[bool, str]:
    """Return (whether the step is done, its state in Chinese) for the item's disclosure attribute."""
    if page is None:
        return False, "还没有起草公开"
    if not page.attribute or not page.attribute_reason:
        return False, "还没有认定属性和理由"
    return True, f"{page.get_attribute_display()}：{page.attribute_reason}"


def _find_consultation_step(record: PolicyRecord | None) -> tuple[bool, str]:
    """Return (whether the step is done, its state in Chinese) for the public consultation."""
    if record is None or not (record.consultation or record.exemption):
        needless = record is not None and record.level not in CONSULTED_LEVELS
        return False, "没有记录（规章和规范性文件须有）" if needless else "还没有记录"
    if not record.consultation:
        return True, f"未公开征求意见：{record.exemption}"
    days = (record.consulted_from, record.consulted_to)
    when = f"{days[0]:%Y-%m-%d}至{days[1]:%Y-%m-%d}，" if days[0] and days[1] else ""
    return True, f"{when}{record.consultation}"


def _find_publication_step(item: ItemPage | None) -> tuple[bool, str]:
    """Return (whether the step is done, its state in Chinese) for publication; a future one is not done."""
    rows = Document.objects.filter(item_number=item.pk, published_at__isnull=False) if item else None
    document = rows.first() if rows is not None else None
    if document is None or document.published_at is None:
        return False, "还没有公开"
    day = f"{timezone.localtime(document.published_at):%Y-%m-%d}"
    return (False, f"定于{day}公开") if document.published_at > timezone.now() else (True, f"{day}公开")


def list_response_relations(record: PolicyRecord) -> Sequence[Relation]:
    """Return the relations of responses to a document, newest first."""
    rows = Relation.objects.filter(kind=RelationKind.RESPONDS, target=record).select_related("user")
    return list(rows.order_by("-pk"))


def _map_public_days(documents: Collection[int | None]) -> dict[int, datetime]:
    """Return when the public ones of these documents were published, each once however many sites show it."""
    shown = shelf_visible_to(ANONYMOUS).filter(column=None, document__in=documents)
    return dict(shown.values_list("document", "published_at"))


def _find_response_step(record: PolicyRecord | None) -> tuple[bool, str]:
    """Return (whether a response to the public's doubts is public, Chinese words)."""
    response_items = [row.user_id for row in list_response_relations(record)] if record else []
    if not response_items:
        return False, "没有回应；公众对文件有疑问、误解或者反映问题的，起草回应"
    public = sorted(_map_public_days(response_items).values())
    if not public:
        return False, f"起草回应{len(response_items)}篇，还没有公开"
    waiting = f"，另有{len(response_items) - len(public)}篇没有公开" if len(response_items) > len(public) else ""
    return True, f"已公开回应{len(public)}篇，最近在{timezone.localtime(public[-1]):%Y-%m-%d}{waiting}"
