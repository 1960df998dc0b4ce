"""Which text says that a decision was taken, and whether it does: signed and public, it lets the decision take effect.

A document's validity as the public reads it changes only with such a text (政府信息公开条例第十七条: 公开前审查), and is corrected by one.
"""

from collections.abc import Iterator
from datetime import date
from html import escape

from django.utils import timezone

from gongkai.content.editions.models import Audience, Document, Edition
from gongkai.content.editions.windows import spans
from gongkai.content.policies.formats import number_key
from gongkai.content.policies.models import Decision, PolicyRecord
from gongkai.content.policies.spans import life_of
from gongkai.content.policies.states import What, last_day
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.chinese.document_numbers import find_numbers
from gongkai.lib.richtext import plain
from gongkai.lib.writing.titles import cited

#: The words by which a text says what was decided.
_VERBS = {
    What.AMEND: re.compile("修改|修订|修正"),
    What.REPEAL: re.compile("废止|停止执行"),
    What.EXPIRE: re.compile("失效|废止"),
    What.EXTEND: re.compile("延长|继续有效|有效期"),
}
_CORRECTS = re.compile("更正|有误|撤销")
_RESTS_ON = re.compile("(?:根据|依据|按照|依照|遵照)[^，,]*[，,]")


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
    live = next(
        (one.edition for one in shown if one.since <= now and (one.until is None or one.until > now)), None
    )
    if not isinstance(live, Edition) or live.audience != Audience.ALL:
        return None
    unsigned = Review.objects.filter(edition_id=live.pk).exclude(state=ReviewState.APPROVED)
    return None if unsigned.exists() else live


def says(decision: Decision, text: str) -> bool:
    """Whether a text names the document and says what was decided about it.

    The lists of a clean-up are compared as a whole before they go out (`closing.result_lacks`).
    """
    if decision.is_of_cleanup:
        return True
    verb = _VERBS.get(What(decision.what))
    return verb is None or _named(decision.record, text, verb)


def says_corrected(decision: Decision, text: str) -> bool:
    """Whether a text names the document and says that the decision was wrong."""
    return _named(decision.record, text, _CORRECTS)


def _named(record: PolicyRecord, text: str, verb: "re.Pattern[str]") -> bool:
    return any(_names(part, record) for part in _saying(text, verb))


def _names(sentence: str, record: PolicyRecord) -> bool:
    """Whether a sentence names a document: by its number, or by its title in 《》 without another number behind it."""
    number = record.number_key
    if number and number in map(number_key, find_numbers(sentence)):
        return True
    words, title = _bare(sentence), _bare(cited(record.title))
    place = words.find(title)
    if place < 0:
        return False
    behind = re.match(r"[（(]([^）)]*)[）)]", words[place + len(title) :])
    others = find_numbers(behind[1]) if behind else []
    return not (number and others)


def _bare(text: str) -> str:
    return "".join(text.split()).translate(str.maketrans("〈〉", "《》"))


def _saying(text: str, verb: "re.Pattern[str]") -> Iterator[str]:
    """Yield the parts of a text that a verb governs: its own sentence, and the list that follows a sentence with a colon.

    What a sentence only rests on (根据……，) is left out.
    """
    listing = False
    for part in re.split(r"[。；\n]", text):
        sentence = _RESTS_ON.sub("", part).strip()
        if verb.search(sentence):
            listing = sentence.endswith(("：", ":"))
            yield sentence
        elif listing and ("《" in sentence or find_numbers(sentence)):
            yield sentence
        elif sentence:
            listing = False


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
    return decision.announced_in_id is not None and (not decision.cited or decision.is_of_cleanup)


def announcement(decision: Decision, today: date) -> tuple[str, str]:
    """Return title and text of the announcement of a decision."""
    record, name = decision.record, cited(decision.record.title, decision.record.number)
    since = (
        f"自{day_in_words(decision.on)}起" if decision.cited or decision.on > today else "自本公告公布之日起"
    )
    why = f"根据{decision.cited}，" if decision.cited else ""
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
    reason = f"<p>{escape(decision.reason)}</p>" if decision.reason else ""
    return title, f"<p>{escape(why + what)}</p>{reason}"


def correction(decision: Decision, reason: str) -> tuple[str, str]:
    """Return title and text of the announcement that corrects a decision."""
    name = cited(decision.record.title, decision.record.number)
    said = f"此前公布的{name}{What(decision.what).label}的信息有误，现予更正：该项{What(decision.what).label}不生效。"
    return (
        f"关于更正{cited(decision.record.title)}效力信息的公告",
        f"<p>{escape(said)}</p><p>{escape(reason)}</p>",
    )
