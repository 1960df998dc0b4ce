"""Find the signed public text that announces a decision and lets it take effect.

A document's validity as the public reads it changes only with such a text (政府信息公开条例第十七条: 公开前审查), and is corrected by one.
"""

from datetime import date
from html import escape

from django.db.models import Q
from django.utils import timezone

from gongkai.content.editions.models import Audience, Document, Edition
from gongkai.content.editions.shelves import spans
from gongkai.content.editions.sources import OutgoingText
from gongkai.content.policies.decision_words import Named, find_statements
from gongkai.content.policies.models import Decision
from gongkai.content.policies.spans import life_of
from gongkai.content.policies.states import What, last_day
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.content.reviewing.seeing import signed_effects
from gongkai.core.acts.digest import canonical, digest
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.richtext import plain
from gongkai.lib.writing.titles import cited


def ground_of(decision: Decision) -> Document | None:
    """Return the document whose signed text announces a decision; None where there is none yet.

    That a text was brought up to date is said by its own new edition.
    """
    if decision.announced_in is not None:
        return decision.announced_in
    if decision.what == What.UPDATE:
        return decision.record.document
    return decision.actor.document if decision.actor else None


def signed_edition(document: Document | None) -> Edition | None:
    """Return the edition of a document that everybody reads now and all stages signed; None where there is none.

    What went out urgently counts once it was reviewed (补审).
    """
    now = timezone.now()
    shown = spans(document.editions.all()) if document else []
    live = next((one.edition for one in shown if one.since <= now and (one.until is None or one.until > now)), None)
    if not isinstance(live, Edition) or live.audience != Audience.ALL:
        return None
    unsigned = Review.objects.filter(edition_id=live.pk).exclude(state=ReviewState.APPROVED)
    return None if unsigned.exists() else live


def statements_of(decision: Decision, text: str) -> list[str]:
    """Return the sentences of a text that state a decision, or its correction where one is drafted; empty where none does."""
    record = decision.record
    corrected = decision.corrected_in_id is not None
    return find_statements(text, Named(record.title, record.number_key), None if corrected else What(decision.what))


def public_statements(decision: Decision) -> list[str]:
    """Return the sentences of a public text that state a waiting decision, or its correction; empty where nobody can confirm it."""
    corrected = decision.corrected_in
    if decision.undone_at or not (decision.is_waiting or corrected) or (decision.what == What.UPDATE and not corrected):
        return []
    edition = signed_edition(corrected or ground_of(decision))
    if edition is None or not (corrected or is_in_time(decision, edition)):
        return []
    return statements_of(decision, words_of(edition))


def in_words(decision: Decision) -> str:
    """Return a decision as its signers read it: with the day from which it counts, or the last day of an extension."""
    label, name = What(decision.what).label, cited(decision.record.title, decision.record.number)
    if decision.corrected_in_id is not None:
        return f"更正：{name}{label}不生效"
    if decision.what == What.EXTEND:
        return f"{name}{label}{f'至{day_in_words(decision.until)}' if decision.until else '，长期有效'}"
    since = "公布之日" if is_own(decision) and decision.on <= timezone.localdate() else day_in_words(decision.on)
    return f"{name}自{since}起{label}"


def mark_of(decision: Decision) -> str:
    """Return the digest under which signers answer for a decision, or for its correction."""
    facts = {"decision": decision.pk, "what": decision.what, "on": decision.on, "until": decision.until}
    return digest(canonical({**facts, "corrected": decision.corrected_in_id is not None}))


def waiting_for(document: Document | None) -> list[Decision]:
    """Return the decisions that a document lets take effect or corrects, beside those of a clean-up, whose lists are compared."""
    if document is None:
        return []
    announced = Q(announced_in=document) | Q(announced_in=None, actor__document=document)
    waiting = Q(announced, effective_at=None, round=None) & ~Q(what=What.UPDATE)
    rows = Decision.objects.filter(undone_at=None).select_related("record", "announced_in", "actor")
    return list(rows.filter(waiting | Q(corrected_in=document)))


def effects_of(text: OutgoingText) -> list[tuple[str, str]]:
    """Return the decisions that take effect when a text is public, in words and with their digests (`reviewing.seeing`)."""
    return [(f"{in_words(one)}，公众看到的有效性随之改变", mark_of(one)) for one in waiting_for(text.document)]


def words_of(edition: Edition) -> str:
    """Return title and words of an edition; "" where law erased it."""
    content = getattr(edition, "content", None)
    return f"{content.title}\n{plain(content.html)}" if content else ""


def effective_edition(decision: Decision) -> Edition | None:
    """Return the signed edition that lets a decision take effect; None as long as there is none.

    Its signers answered for the decision itself; the lists of a clean-up are compared as a whole before they go out (`closing.result_lacks`).
    """
    edition = signed_edition(ground_of(decision))
    if edition is None or not (
        decision.round_id is not None or decision.what == What.UPDATE or mark_of(decision) in signed_effects(edition.pk)
    ):
        return None
    return edition if is_in_time(decision, edition) else None


def is_in_time(decision: Decision, edition: Edition) -> bool:
    """Return whether an edition came out in time for a decision: an extension before the last day has passed, a new text after its amendment."""
    day = timezone.localdate(edition.visible_from)
    if decision.what == What.UPDATE:
        amended = decision.record.decisions.counting().filter(what=What.AMEND).order_by("on", "pk").last()
        return amended is not None and day >= min(amended.on, timezone.localdate(amended.effective_at))
    ends = last_day(life_of(decision.record)) if decision.what == What.EXTEND else None
    return ends is None or day <= ends


def corrected_edition(decision: Decision) -> Edition | None:
    """Return the signed edition that takes a decision back; None as long as there is none."""
    edition = signed_edition(decision.corrected_in)
    return edition if edition is not None and mark_of(decision) in signed_effects(edition.pk) else None


def is_own(decision: Decision) -> bool:
    """Whether the announcement is the decision itself, so that it takes effect on the day of its publication at the earliest."""
    return decision.announced_in_id is not None and (not decision.cited or decision.round_id is not None)


def announcement(decision: Decision, today: date) -> tuple[str, str]:
    """Return title and text of the announcement of a decision, with its basis and its reason."""
    record, name = decision.record, cited(decision.record.title, decision.record.number)
    since = f"自{day_in_words(decision.on)}起" if decision.cited or decision.on > today else "自本公告公布之日起"
    what = {
        What.REPEAL: f"{name}{since}废止。",
        What.EXPIRE: f"{name}{since}失效。",
        What.AMEND: f"{name}{since}修改，请以修改后的内容为准。",
        What.EXTEND: f"{name}的有效期延长至{day_in_words(decision.until)}。"
        if decision.until
        else f"{name}延长有效期，长期有效。",
    }[What(decision.what)]
    verb = {What.EXPIRE: "宣布失效"}.get(What(decision.what), str(What(decision.what).label))
    title = f"关于{cited(record.title)}{verb}的公告"
    basis = f"根据{decision.cited}，" if decision.cited else ""
    reason = f"<p>{escape(decision.reason)}</p>" if decision.reason else ""
    return title, f"<p>{escape(basis + what)}</p>{reason}"


def correction(decision: Decision) -> tuple[str, str]:
    """Return title and text of the announcement that corrects a decision; the reason stays in the log."""
    name = cited(decision.record.title, decision.record.number)
    said = f"此前公布的{name}{What(decision.what).label}的信息有误，现予更正：该项{What(decision.what).label}不生效。"
    return f"关于更正{cited(decision.record.title)}效力信息的公告", f"<p>{escape(said)}</p>"
