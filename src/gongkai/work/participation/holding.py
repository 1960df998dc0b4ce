"""Rules that block an announcement; checked at submission, signature and publication."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.shelves import spans
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.models.reviews import OPEN
from gongkai.lib.privacy import find
from gongkai.lib.typed_json import text
from gongkai.work.participation.models import (
    Announcement,
    AnnouncementKind,
    Consultation,
    Decision,
    Examination,
    Ways,
)
from gongkai.work.participation.periods import hearing_against, speak_against
from gongkai.work.participation.queries import counts_of, examined, unanswered
from gongkai.work.participation.states import State
from gongkai.work.participation.surveys import asked_now, said, tallies
from gongkai.work.participation.texts import adoption_rows_in

_K = AnnouncementKind


def goes_out_on(announcement: Announcement) -> date:
    """Return the day on which an announcement becomes public: actual, scheduled, or today."""
    known = Consultation.objects.filter(pk=announcement.pk).first()
    if known is not None:
        return known.starts_on
    review = Review.objects.filter(source=announcement.stream, state__in=OPEN).order_by("-pk").first()
    today = timezone.localdate()
    return max(today, timezone.localdate(review.visible_from)) if review and review.visible_from else today


def _catalogue(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    catalogue = announcement.catalogue
    assert catalogue is not None
    reasons = [] if terms.get("rows") else ["目录中还没有事项。"]
    if not catalogue.consent:
        reasons.append("目录经同级党委同意后公布（国令第713号第三条）：请填写同意的会议或者文件。")
    return reasons


def _draft(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    decision = announcement.decision
    assert decision is not None
    reasons = []
    if not terms.get("draft") and not announcement.latest.files:
        reasons.append("请写上或者附上草案全文。")
    if not terms.get("explanation"):
        reasons.append("公开征求意见应当同时公布决策草案及其说明（国令第713号第十五条）：请写起草说明。")
    if not terms.get("ways"):
        reasons.append("请写明提交意见的方式。")
    starts, ends = goes_out_on(announcement), date.fromisoformat(text(terms, "ends_on"))
    known = Consultation.objects.filter(pk=announcement.pk).first()
    if known is not None and ends < known.ends_on:
        reasons.append("已公布的截止日期只能延后，不能提前。")
    if known is not None and ends != known.ends_on and known.ends_on < timezone.localdate():
        reasons.append("征求意见的期限已经届满，再次征求意见请另行公告。")
    return [*reasons, *speak_against(decision.draft_kind, starts, ends, text(terms, "short"))]


def _hearing(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    held = datetime.fromisoformat(text(terms, "held_at")).date()
    today = timezone.localdate()
    if held < today:
        return []  # a correction after the hearing
    return hearing_against(today, held) if terms["form"] == "hearing" else []


def _adoption(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    draft = announcement.about
    consultation = Consultation.objects.filter(pk=draft.pk).first() if draft else None
    if consultation is None:
        return ["征求意见的公告还没有公布，先起草公告、审签公布。"]
    if consultation.is_open():
        return ["征求意见的期限还没有届满，不能公布采纳情况。"]
    reasons = unanswered(consultation)
    if not reasons and terms.get("counts") != counts_of(consultation):
        reasons = ["意见或者采纳情况有变动：请重新生成采纳情况表。"]
    rows = adoption_rows_in(terms)
    named = {found.why for row in rows for cell in (row[1], row[4]) for found in find(cell)}
    return reasons + [f"采纳情况表中不能有个人信息：{why}。" for why in sorted(named)]


def _result(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    decision = announcement.decision
    assert decision is not None
    return [] if decision.decided_on else ["还没有登记审议决定，不能公布结果。"]


def _evaluation(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    decision = announcement.decision
    assert decision is not None
    return [] if decision.entry.state in {State.DECIDED, State.EVALUATED} else ["决策结果还没有公布。"]


def _survey(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    survey = announcement.survey
    assert survey is not None
    reasons = [] if terms.get("asked") else ["还没有问题，请先添加问题。"]
    now = {"matter": survey.title, "policy": survey.policy, "asked": asked_now(survey)}
    if any(terms.get(name) != value for name, value in now.items()):
        reasons.append("名称或者问题有改动：请保存一次公告，重新生成问卷。")
    ends = date.fromisoformat(text(terms, "ends_on"))
    if survey.ends_on is None:
        return reasons if ends > goes_out_on(announcement) else [*reasons, "截止日期应当在公布之后。"]
    if ends < survey.ends_on:
        reasons.append("已公布的截止日期只能延后，不能提前。")
    elif ends != survey.ends_on and survey.is_over:
        reasons.append("调研已经结束，再次调研请另建问卷。")
    return reasons


def _findings(announcement: Announcement, terms: Mapping[str, object]) -> list[str]:
    survey = announcement.survey
    assert survey is not None
    if not survey.is_over:
        return ["调研还没有结束，不能公布结果。"]
    needed = (("findings", "请写调研结果的分析。"), ("answers", "请写共性问题和答复（没有的写明没有）。"))
    reasons = [sentence for name, sentence in needed if not terms.get(name)]
    now = said(survey, tallies(survey))
    if any(terms.get(name) != value for name, value in now.items()):
        reasons.append("填写的数字有变动：请保存一次，重新生成结果表。")
    return reasons


_WAYS: dict[str, Callable[[Announcement, Mapping[str, object]], list[str]]] = {
    _K.CATALOGUE: _catalogue,
    _K.DRAFT: _draft,
    _K.HEARING: _hearing,
    _K.ADOPTION: _adoption,
    _K.RESULT: _result,
    _K.EVALUATION: _evaluation,
    _K.SURVEY: _survey,
    _K.FINDINGS: _findings,
}


def lacks(announcement: Announcement) -> list[str]:
    """Return what an announcement's last text lacks by the rules of decisions."""
    latest = announcement.latest
    return _WAYS[announcement.what](announcement, latest.terms) if latest else []


_OF_LAW = frozenset({Examination.Result.PASSED, Examination.Result.MENDED})
# Steps that may be omitted with a reason only (国令第713号第十九条、第二十二条).
_WEIGHED = (Examination.What.EXPERTS, Examination.What.RISK)


def to_be_reasoned(decision: Decision) -> list[str]:
    """Return the omitted steps that need a reason: experts, risks, a promised hearing."""
    there = {examination.what for examination in examined(decision)}
    missing = [what.label for what in _WEIGHED if what not in there]
    if Ways.HEARING in decision.ways and not decision.exempt and not _heard(decision):
        missing.append(Ways.HEARING.label)
    return missing


def _heard(decision: Decision) -> bool:
    held = decision.announcements.filter(what=_K.HEARING, dropped=False)
    streams = [announcement.stream for announcement in held]
    return Document.objects.filter(source__in=streams, published_at__lte=timezone.now()).exists()


def submission_lacks(decision: Decision) -> list[str]:
    """Return what blocks the submission of a decision (D-02).

    Required are the published draft with the feedback on comments, or an exemption; and a passed
    review of legality.
    """
    return [*_public_part(decision), *_legality(decision)]


def _legality(decision: Decision) -> list[str]:
    known = {examination.what: examination.result for examination in examined(decision)}.get(
        Examination.What.LEGALITY
    )
    if known == Examination.Result.FAILED:
        return []  # `_public_part` refuses
    if known in _OF_LAW:
        papers = decision.entry.evidence.filter(withdrawn=False, attachment__isnull=False)
        return [] if papers.exists() else ["还没有附上合法性审查意见书：请用“添加佐证”附上。"]
    return [
        "还没有登记合法性审查的结论，未经合法性审查不得提交讨论（国令第713号第二十五条）：请先“登记论证、评估、审查”。"
    ]


def _was_public(consultation: Consultation) -> bool:
    document = Document.objects.filter(source=consultation.announcement.stream).first()
    last = spans(document.editions.all())[-1:] if document else []
    until = last[0].until if last else None
    return bool(last) and (until is None or timezone.localdate(until) > consultation.ends_on)


def _public_part(decision: Decision) -> list[str]:
    failed = [
        examination for examination in examined(decision) if examination.result == Examination.Result.FAILED
    ]
    if failed:
        return [
            f"{examination.get_what_display()}没有通过（{examination.on:%Y-%m-%d}）：修改草案、重新{examination.get_what_display()}后再提请审议。"
            for examination in failed
        ]
    if decision.exempt:
        return []
    periods = list(decision.consultations.all())
    if not any(_was_public(consultation) for consultation in periods):
        return [
            "没有公布过决策草案和起草说明，也没有依法不公开征求意见的理由，不能提请审议（国令第713号第十五条）。"
        ]
    if any(consultation.is_open() for consultation in periods):
        return ["征求意见的期限还没有届满，不能提请审议。"]
    if decision.entry.state != State.ANSWERED:
        return ["还没有公布意见采纳情况，不能提请审议（国令第713号第二十九条）。"]
    return []
