"""Relations: what a document rests on, what guides and lists use; and settling those whose basis has ended."""

from typing import TypedDict

from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.policies import wording
from gongkai.content.policies.formats import number_key
from gongkai.content.policies.models import Decision, Kind, PolicyRecord, Relation, Span
from gongkai.content.policies.rules import body_of, keeps, vouches
from gongkai.content.policies.signed import edition_of, linked_under_signature, personal, relates
from gongkai.content.policies.states import ENDED
from gongkai.content.policies.warnings import invalid, title_of
from gongkai.content.publishing.wording import tell
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.lib.chinese.document_numbers import find_numbers

#: What a person writes by hand; between documents of the library a decision writes all but the basis (`decide`).
BY_HAND = (Kind.BASIS, Kind.REPLACES, Kind.AMENDS, Kind.REPEALS)
DECIDED = (Kind.REPLACES, Kind.AMENDS, Kind.REPEALS)


class Target(TypedDict):
    """What a relation points at: a document of the library, or the name of one outside it."""

    target: PolicyRecord | None
    cited: str


def _target(target: PolicyRecord | None, cited: str) -> Target:
    words = cited.strip()[:300]
    if (target is None) == (not words):
        raise Refused("请从政策库选择一份文件，或者填写库外文件的名称，二者填一项。")
    if reasons := personal("库外文件名称", words):
        raise Refused(reasons)
    return {"target": target, "cited": words}


def _ended_basis(target: PolicyRecord | None) -> None:
    if target is None:
        return
    today = timezone.localdate()
    now = Span.objects.filter(record=target, since__lte=today, until__gte=today).first()
    if now and now.state in ENDED:
        raise Refused(f"{target}{now.get_state_display()}，不能作为依据。")


def _may_relate(by: Actor, target: Relation | PolicyRecord | Document | None) -> list[str]:
    """A unit's own people; once the document is signed, whoever signs: relations stand on its public page."""
    source = (target.record or target.user) if isinstance(target, Relation) else target
    if isinstance(source, Document):
        return may_link(by, source)
    return keeps(by, source) or (relates(by, source) if source else [])


def may_link(by: Actor, document: Document) -> list[str]:
    """The same for an item that is no policy document: a guide or list, a response. While it is being signed, nobody."""
    return (
        keeps(by, document)
        or linked_under_signature(document)
        or (vouches(by, document) if edition_of(document) else [])
    )


@action("policies.relate", label="记入文件关系", rule=_may_relate)
def relate(
    record: PolicyRecord, *, by: Actor, kind: str, other: PolicyRecord | None = None, cited: str = ""
) -> ActionResult:
    """Say how a document stands to another one, in the library or outside; of a signed one, the name of one outside waits for a second person."""
    if kind not in BY_HAND:
        raise Refused("没有这种关系。")
    facts = _target(other, cited)
    if other and other.pk == record.pk:
        raise Refused("文件不能与自己有关系。")
    if kind == Kind.BASIS:
        _ended_basis(other)
    elif known := other or _numbered(facts["cited"]):
        raise Refused(
            f"{known}在政策库中：请在它的“效力决定”中记入修改或者废止（替代的，勾选“该文件替代本文件”），签发公开后两边自动显示。"
        )
    if Relation.objects.filter(kind=kind, record=record, **facts).exists():
        raise Refused("这项关系已经记入。")
    if proposal := wording.cite(record, kind, facts["cited"], by):
        said = f"提出{Kind(kind).label}：{facts['cited']}，待另一人确认"
        return ActionResult(words=said[:500], facts={"proposal": proposal.pk}, tell=tell(proposal), result=None)
    made = Relation.objects.create(kind=kind, record=record, made_by=by.name, made_at=timezone.now(), **facts)
    return ActionResult(words=str(made), facts={"relation": made.pk}, result=made)


def _numbered(cited: str) -> PolicyRecord | None:
    """Return the document of the library that words name by its number."""
    return PolicyRecord.objects.filter(number_key__in=map(number_key, find_numbers(cited))).first()


@action("policies.use", label="记入政策依据", rule=may_link)
def use(document: Document, *, by: Actor, other: PolicyRecord | None = None, cited: str = "") -> ActionResult:
    """Say which document a service guide or a list rests on (L-09)."""
    facts = _target(other, cited)
    _ended_basis(other)
    if Relation.objects.filter(kind=Kind.USES, user=document, **facts).exists():
        raise Refused("这项依据已经记入。")
    made = Relation.objects.create(kind=Kind.USES, user=document, made_by=by.name, made_at=timezone.now(), **facts)
    return ActionResult(words=str(made), facts={"relation": made.pk}, result=made)


def _not_decided(relation: Relation) -> list[str]:
    decided = Decision.objects.counting().filter(actor=relation.record_id, record=relation.target_id)
    if relation.kind in DECIDED and relation.record_id and relation.target_id and decided.exists():
        return ["这项关系随效力决定记入，请在被修改、废止的文件的“效力决定”中更正。"]
    return []


@action("policies.unrelate", label="删除文件关系", rule=_may_relate, ready=_not_decided)
def unrelate(relation: Relation, *, by: Actor) -> ActionResult:
    """Take an edge out that was wrong, or a basis that no longer is one."""
    stream = relation.record.stream if relation.record else f"document/{relation.user_id}"
    words, body = f"删除{relation}", body_of(relation)
    relation.delete()
    return ActionResult(words=words[:500], stream=stream, result=body)


@action("policies.settle_basis", label="核对失效依据", rule=keeps)
def settle_basis(relation: Relation, *, by: Actor, words: str) -> ActionResult:
    """Say that a basis which ended was looked into, and what came of it; a later ending lists it again."""
    if not words.strip():
        raise Refused("请写明核对的结果。")
    row = invalid().filter(pk=relation.pk).first()
    if row is None:
        raise Refused("这项依据没有失效，无须核对。")
    relation.settled_for, relation.settled_words = row.state_key, words.strip()[:300]
    relation.save(update_fields=["settled_for", "settled_words"])
    stream = relation.record.stream if relation.record else f"document/{relation.user_id}"
    return ActionResult(words=f"{title_of(relation)}的依据{relation.target}：{words.strip()}"[:500], stream=stream)
