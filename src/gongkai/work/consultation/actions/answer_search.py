"""Actions on synonyms, weights and uses of the Q&A search."""

from django.db.models import F
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.rules import check_may_register_entries
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.synonyms import Synonym, Synonyms
from gongkai.lib.matching.weight_fitting import FittedWeights
from gongkai.work.consultation import answer_index
from gongkai.work.consultation.actions.inquiries import record_answered_inquiry
from gongkai.work.consultation.facts import InquiryFacts
from gongkai.work.consultation.models import Inquiry, InquiryChannel, KnownAnswer, OwnSynonym, Use, UseWay, WeightFit
from gongkai.work.consultation.rules import list_reasons_unless_search_manager
from gongkai.work.consultation.search_learning import mask_question
from gongkai.work.consultation.states import SHOWN_STATES

#: Log stream of changes to the answer search.
SEARCH_STREAM = "answer-search"
#: Uses that count as an answer given by the unit; reading an answer on the site does not.
COUNTED_USE_WAYS = frozenset({UseWay.GIVEN, UseWay.REPLIED})


def record_answer_use(
    answer: KnownAnswer, use_way: UseWay, *, question: str = "", inquiry: Inquiry | None = None
) -> Use:
    """Record that an answer was chosen, with its search rank. Call it inside an action.

    An answer written after the question arrived counts as an addition, not as a hit.
    """
    if use_way in COUNTED_USE_WAYS:
        KnownAnswer.objects.filter(pk=answer.pk).update(uses=F("uses") + 1)
    if use_way == UseWay.REPLIED and inquiry and _is_written_after(answer, inquiry):
        use_way = UseWay.ADDED
    text = question or (inquiry.question if inquiry else "")
    return Use.objects.create(
        answer=answer,
        asked=mask_question(question),
        inquiry=inquiry,
        way=use_way,
        channel=inquiry.channel if inquiry else "",
        rank=answer_index.find_answer_rank(answer, text),
    )


def _is_written_after(answer: KnownAnswer, inquiry: Inquiry) -> bool:
    """Return true if an answer was written from this inquiry or after it was opened."""
    movement = Movement.objects.filter(stream=answer.stream, action="answers.write").order_by("pk").first()
    return answer.source_id == inquiry.pk or (movement is not None and movement.at > inquiry.entry.opened_at)


def describe_verified_flags(answer: KnownAnswer, text: str) -> str:
    """Return an answer's flags with what the clerk verified (`text`), for the log; "" without flags.

    Raises:
        Refused: there are flags and `text` is empty (C-01).
    """
    flags = answer_index.find_flags(answer)
    if flags and len(text.strip()) < 4:
        raise Refused(f"{'；'.join(flags)}：请先核实，写明核实情况后再按此答复，或者由承办单位起草答复。")
    return f"（{'；'.join(flags)}；核实情况：{text.strip()}）" if flags else ""


@action("answers.give", label="已按此答复", rule=check_may_register_entries)
def record_spoken_answer(
    receiver: Body, *, by: Actor, known: KnownAnswer, asked: str, channel: str = InquiryChannel.PHONE, words: str = ""
) -> ActionResult:
    """Register a caller or visitor answered from the Q&A base as an answered inquiry (C-02).

    The action's result is the `Use`. An answer with flags needs words on what was verified.
    """
    if known.state not in SHOWN_STATES:
        raise Refused("这条问答没有在用，不能据此答复。请另选一条，或者直接起草答复。")
    if channel not in InquiryChannel.values:
        raise Refused("请选择渠道。")
    doubts = describe_verified_flags(known, words)
    question = mask_question(asked) or known.question
    facts = InquiryFacts(channel=channel, title=question[:120], text=question, body=receiver)
    inquiry = record_answered_inquiry(receiver, facts, by=by, answer=known)
    use = record_answer_use(known, UseWay.GIVEN, question=asked, inquiry=inquiry)
    return ActionResult(
        words=f"{InquiryChannel(channel).label}当场答复（{inquiry.entry.number}）{doubts}",
        facts={"use": use.pk, "entry": inquiry.pk},
        stream=known.stream,
        result=use,
    )


@action("answers.enter_synonym", label="登记同义词", rule=list_reasons_unless_search_manager)
def save_synonym(_: object, *, by: Actor, everyday: str, official: str, weight: float = 1.0) -> ActionResult:
    """Add or change a synonym: an everyday word for an official term; return the `OwnSynonym`."""
    try:
        (row,) = Synonyms([Synonym(everyday, official, weight)])
    except ValueError as error:
        raise Refused(f"{error}。") from None
    if fold(everyday).strip() == fold(official).strip():
        raise Refused("两个说法相同。")
    synonym, created = OwnSynonym.objects.update_or_create(
        everyday=row.everyday, official=row.official, defaults={"weight": row.weight, "by": by.name}
    )
    return ActionResult(words=f"{'登记' if created else '修改'}同义词“{synonym}”", stream=SEARCH_STREAM, result=synonym)


@action("answers.remove_synonym", label="删除同义词", rule=list_reasons_unless_search_manager)
def remove_synonym(synonym: OwnSynonym, *, by: Actor) -> ActionResult:
    """Remove a synonym of the office's own table."""
    text = f"删除同义词“{synonym}”"
    OwnSynonym.objects.filter(pk=synonym.pk).delete()
    return ActionResult(words=text, stream=SEARCH_STREAM)


@action("answers.keep_fit", label="检索权重学习", rule=list_reasons_unless_search_manager)
def save_weight_fit(_: None, *, by: Actor, found: FittedWeights) -> ActionResult:
    """Store a fit of the search weights; the action's result is the `WeightFit`.

    Its weights are used only if it scored better on held-out pairs.
    """
    weight_fit = WeightFit.objects.create(
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
    text = "采用新权重" if weight_fit.kept else "没有更好，权重不变"
    return ActionResult(
        words=f"用{weight_fit.pairs}对问答学习，{text}",
        stream=SEARCH_STREAM,
        facts={"fit": weight_fit.pk},
        result=weight_fit,
    )


def _list_reasons_unless_fit_in_use(fit: WeightFit) -> list[str]:
    return [] if fit.kept and fit.put_aside_at is None else ["这组权重没有在用。"]


@action(
    "answers.put_fit_aside",
    label="停用这组权重",
    rule=list_reasons_unless_search_manager,
    ready=_list_reasons_unless_fit_in_use,
)
def disable_weight_fit(fit: WeightFit, *, by: Actor) -> ActionResult:
    """Stop using fitted weights; the last other accepted or the built-in ones apply."""
    WeightFit.objects.filter(pk=fit.pk).update(put_aside_at=timezone.now())
    return ActionResult(words="停用检索权重", facts={"fit": fit.pk}, stream=SEARCH_STREAM)
