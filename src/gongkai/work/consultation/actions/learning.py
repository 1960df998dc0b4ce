"""Actions that tune the search of the Q&A base: synonyms, weights, and recorded uses."""

from django.db.models import F
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.rules import registers
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.matching.fitting import Fit
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.synonyms import Synonym, Synonyms
from gongkai.work.consultation import recall
from gongkai.work.consultation.actions.registering import record_answered_inquiry
from gongkai.work.consultation.facts import InquiryFacts
from gongkai.work.consultation.learning import mask_question
from gongkai.work.consultation.models import (
    Inquiry,
    InquiryChannel,
    KnownAnswer,
    OwnSynonym,
    Use,
    Way,
    WeightFit,
)
from gongkai.work.consultation.rules import check_search_keeper
from gongkai.work.consultation.states import SHOWN_STATES

SEARCH_STREAM = "answer-search"
# Ways of use that count as an answer.
COUNTED_WAYS = frozenset({Way.GIVEN, Way.REPLIED})


def record_use(known: KnownAnswer, way: Way, *, asked: str = "", inquiry: Inquiry | None = None) -> Use:
    """Record, inside an action, that an answer was chosen, with its rank in the search.

    An answer written after the question arrived counts as an addition, not as a hit.
    """
    if way in COUNTED_WAYS:
        KnownAnswer.objects.filter(pk=known.pk).update(uses=F("uses") + 1)
    if way == Way.REPLIED and inquiry and _is_written_after(known, inquiry):
        way = Way.ADDED
    words = asked or (inquiry.question if inquiry else "")
    return Use.objects.create(
        answer=known,
        asked=mask_question(asked),
        inquiry=inquiry,
        way=way,
        channel=inquiry.channel if inquiry else "",
        rank=recall.find_rank(known, words),
    )


def _is_written_after(known: KnownAnswer, inquiry: Inquiry) -> bool:
    written = Movement.objects.filter(stream=known.stream, action="answers.write").order_by("pk").first()
    return known.source_id == inquiry.pk or (written is not None and written.at > inquiry.entry.opened_at)


def describe_verified_flags(known: KnownAnswer, words: str) -> str:
    """Return the flags of an answer and what was verified, for the log, or "" without flags.

    Raises:
        Refused: there are flags and nothing was verified (C-01).
    """
    flags = recall.find_flags(known)
    if flags and len(words.strip()) < 4:
        raise Refused(f"{'；'.join(flags)}：请先核实，写明核实情况后再按此答复，或者由承办单位起草答复。")
    return f"（{'；'.join(flags)}；核实情况：{words.strip()}）" if flags else ""


@action("answers.give", label="已按此答复", rule=registers)
def give(
    receiver: Body,
    *,
    by: Actor,
    known: KnownAnswer,
    asked: str,
    channel: str = InquiryChannel.PHONE,
    words: str = "",
) -> ActionResult:
    """Record that a caller or visitor was answered from the Q&A base (C-02, M-04).

    The action's result is the `Use`. It is registered as an answered inquiry without personal data.
    An answer with flags needs words on what was verified.
    """
    if known.state not in SHOWN_STATES:
        raise Refused("这条问答没有在用，不能据此答复。请另选一条，或者直接起草答复。")
    if channel not in InquiryChannel.values:
        raise Refused("请选择渠道。")
    doubts = describe_verified_flags(known, words)
    question = mask_question(asked) or known.question
    facts = InquiryFacts(channel=channel, title=question[:120], text=question, body=receiver)
    inquiry = record_answered_inquiry(receiver, facts, by=by, known=known)
    made = record_use(known, Way.GIVEN, asked=asked, inquiry=inquiry)
    return ActionResult(
        words=f"{InquiryChannel(channel).label}当场答复（{inquiry.entry.number}）{doubts}",
        facts={"use": made.pk, "entry": inquiry.pk},
        stream=known.stream,
        result=made,
    )


@action("answers.enter_synonym", label="登记同义词", rule=check_search_keeper)
def enter_synonym(_: object, *, by: Actor, everyday: str, official: str, weight: float = 1.0) -> ActionResult:
    """Add or change a synonym: an everyday word for an official term."""
    try:
        (row,) = Synonyms([Synonym(everyday, official, weight)])
    except ValueError as error:
        raise Refused(f"{error}。") from None
    if fold(everyday).strip() == fold(official).strip():
        raise Refused("两个说法相同。")
    made, new = OwnSynonym.objects.update_or_create(
        everyday=row.everyday, official=row.official, defaults={"weight": row.weight, "by": by.name}
    )
    return ActionResult(words=f"{'登记' if new else '修改'}同义词“{made}”", stream=SEARCH_STREAM, result=made)


@action("answers.remove_synonym", label="删除同义词", rule=check_search_keeper)
def remove_synonym(synonym: OwnSynonym, *, by: Actor) -> ActionResult:
    """Remove a synonym."""
    words = f"删除同义词“{synonym}”"
    OwnSynonym.objects.filter(pk=synonym.pk).delete()
    return ActionResult(words=words, stream=SEARCH_STREAM)


@action("answers.keep_fit", label="检索权重学习", rule=check_search_keeper)
def keep_fit(_: None, *, by: Actor, found: Fit) -> ActionResult:
    """Store a fit of the search weights; the action's result is the `WeightFit`.

    Its weights are used only if it scored better on held-out pairs.
    """
    made = WeightFit.objects.create(
        pairs=found.pairs,
        held=found.held,
        before=found.before.ndcg,
        after=found.after.ndcg,
        first_before=found.before.first,
        first_after=found.after.first,
        weights=found.weights.as_dict(),
        kept=found.better,
        by=by.name,
    )
    words = "采用新权重" if made.kept else "没有更好，权重不变"
    return ActionResult(
        words=f"用{made.pairs}对问答学习，{words}", stream=SEARCH_STREAM, facts={"fit": made.pk}, result=made
    )


def _check_fit_in_use(fit: WeightFit) -> list[str]:
    return [] if fit.kept and fit.put_aside_at is None else ["这组权重没有在用。"]


@action("answers.put_fit_aside", label="停用这组权重", rule=check_search_keeper, ready=_check_fit_in_use)
def put_fit_aside(fit: WeightFit, *, by: Actor) -> ActionResult:
    """Stop using fitted weights; the earlier ones apply again."""
    WeightFit.objects.filter(pk=fit.pk).update(put_aside_at=timezone.now())
    return ActionResult(words="停用检索权重", facts={"fit": fit.pk}, stream=SEARCH_STREAM)
