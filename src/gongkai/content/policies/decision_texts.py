"""Find the signed public text that announces a decision and lets it take effect.

A document's validity as the public reads it changes only with such a text (政府信息公开条例第十七条: 公开前审查), and is corrected by one.
"""

from datetime import date
from html import escape

from django.utils import timezone

from gongkai.content.editions.models import Audience, Document, Edition
from gongkai.content.editions.shelves import spans
from gongkai.content.policies.decision_words import corrects, decides, find_unread
from gongkai.content.policies.document_naming import Named
from gongkai.content.policies.models import Decision, PolicyRecord
from gongkai.content.policies.spans import life_of
from gongkai.content.policies.states import What, last_day
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.units.reach import government_over
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


def says(decision: Decision, text: str) -> bool:
    """Return whether a text says what was decided about the document, and from which day.

    The lists of a clean-up are compared as a whole before they go out (`closing.result_lacks`).
    """
    if decision.round_id is not None:
        return True
    record, ground = decision.record, decision.actor
    issued = ground.made_on or ground.published_on if ground else None
    if issued and decision.on < issued and decision.what != What.EXTEND:
        return False
    return decides(
        text,
        _named(record),
        What(decision.what),
        on=decision.on,
        until=decision.until,
        ends=last_day(life_of(record)),
    )


def unread_in(decision: Decision, text: str) -> str:
    """Return the first sentence of a text that may change what it says about a decision; empty where there is none."""
    return find_unread(text, _named(decision.record), What(decision.what), decision.on)


def says_corrected(decision: Decision, text: str) -> bool:
    """Return whether a text names the document and says that the decision was wrong."""
    return corrects(text, _named(decision.record), What(decision.what))


def _named(record: PolicyRecord) -> Named:
    return Named(record.title, record.number_key, government_over(record.body).name, record.body.name)


def words_of(edition: Edition) -> str:
    """Return title and words of an edition; "" where law erased it."""
    content = getattr(edition, "content", None)
    return f"{content.title}\n{plain(content.html)}" if content else ""


def effective_edition(decision: Decision) -> Edition | None:
    """Return the signed edition that lets a decision take effect; None as long as there is none.

    A text brought up to date is one that came out after the amendment. An extension takes effect before the last day has passed.
    """
    edition = signed_edition(ground_of(decision))
    if edition is None or not says(decision, words_of(edition)):
        return None
    life = life_of(decision.record)
    if decision.what == What.UPDATE:
        amended = decision.record.decisions.counting().filter(what=What.AMEND).order_by("on", "pk").last()
        since = min(amended.on, timezone.localdate(amended.effective_at)) if amended else None
        return edition if since and timezone.localdate(edition.visible_from) >= since else None
    if decision.what == What.EXTEND and (ends := last_day(life)):
        return edition if timezone.localdate(edition.visible_from) <= ends else None
    return edition


def is_own(decision: Decision) -> bool:
    """Whether the announcement is the decision itself, so that it takes effect on the day of its publication at the earliest."""
    return decision.announced_in_id is not None and (not decision.cited or decision.round_id is not None)


def announcement(decision: Decision, today: date) -> tuple[str, str]:
    """Return title and text of the announcement of a decision: with its basis and its reason where the text still says the decision."""
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
    bases = [f"根据{decision.cited}，", f"根据{cited(decision.cited)}，"] if decision.cited else []
    texts = [f"<p>{escape(basis + what)}</p>" for basis in (*bases, "")]
    reason = f"<p>{escape(decision.reason)}</p>" if decision.reason else ""
    forms = [*(f"{text}{reason}" for text in texts[:-1] or texts), *texts]
    return title, next((form for form in forms if says(decision, f"{title}\n{plain(form)}")), texts[-1])


def correction(decision: Decision) -> tuple[str, str]:
    """Return title and text of the announcement that corrects a decision; the reason stays in the log."""
    name = cited(decision.record.title, decision.record.number)
    said = f"此前公布的{name}{What(decision.what).label}的信息有误，现予更正：该项{What(decision.what).label}不生效。"
    return f"关于更正{cited(decision.record.title)}效力信息的公告", f"<p>{escape(said)}</p>"
