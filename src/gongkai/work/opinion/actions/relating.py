"""Link cases with other records, and record that a unit was held accountable."""

from datetime import date
from urllib.parse import urlsplit

from django.utils import timezone

from gongkai.content.editions.models import Address, Document
from gongkai.content.editions.queries import documents_visible_to
from gongkai.content.publishing.documents import title_of
from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.units.models import Body
from gongkai.lib.chinese import lazy_re as re
from gongkai.work.opinion import rules
from gongkai.work.opinion.models import CaseLink, CaseTalk, TalkSort

_ENTRY = re.compile(r"/ledger/(\d{1,15})(?:/|$)")
_ITEM = re.compile(r"/columns/\d{1,15}/(\d{1,15})\.html$")


def found_at(given: str, *, by: Actor) -> Entry | Document:
    """Return the visible entry or public document with a number or address.

    Raises:
        Refused: there is none that the user may see.
    """
    said = given.strip()
    path = urlsplit(said).path if "/" in said else ""
    numbered = _ENTRY.search(path)
    entries = visible_to(by)
    entry = entries.filter(pk=numbered[1]).first() if numbered else entries.filter(number=said).first()
    if entry is not None:
        return entry
    item = _ITEM.search(path)
    number = item[1] if item else None
    if path and number is None:
        number = Address.objects.filter(path=path).values_list("document_id", flat=True).first()
    document = documents_visible_to(ANONYMOUS).filter(pk=number).first() if number else None
    if document is None:
        raise Refused("没有找到。请填写台账编号（如“咨询〔2026〕12号”），或者本平台台账、公开信息的网址。")
    return document


@entry_action("opinion", "relate", label="关联", rule=rules.works)
def relate(entry: Entry, *, by: Actor, address: str, words: str = "") -> ActionResult:
    """Link a case with another entry or a public document, by number or address."""
    target = found_at(address, by=by)
    if isinstance(target, Entry) and target.pk == entry.pk:
        raise Refused("不能关联它自己。")
    facts = {"entry": target} if isinstance(target, Entry) else {"document": target}
    _, made = CaseLink.objects.get_or_create(
        case=entry.opinion_case, **facts, defaults={"words": words.strip()[:100], "by": by.name}
    )
    if not made:
        raise Refused("已经关联。")
    named = target.number if isinstance(target, Entry) else title_of(target)
    return ActionResult(words=f"关联{named}{f'：{words.strip()}' if words.strip() else ''}")


@entry_action("opinion", "talk", label="登记约谈、通报", rule=rules.oversees)
def talk(entry: Entry, *, by: Actor, body: Body, sort: str, on: date, words: str) -> ActionResult:
    """Record that a unit was held accountable for its answer (M-08)."""
    if sort not in TalkSort.values:
        raise Refused("请选择方式。")
    if on > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    if not words.strip():
        raise Refused("请写明事由和要求。")
    made = CaseTalk.objects.create(
        case=entry.opinion_case, body=body, sort=sort, on=on, words=words.strip(), by=by.name
    )
    return ActionResult(
        words=f"{TalkSort(sort).label}{body.label}：{words.strip()}",
        facts={"talk": made.pk, "body": body.pk},
    )
