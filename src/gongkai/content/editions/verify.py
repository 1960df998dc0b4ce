"""`audit verify` for editions: content as signed, and recorded in the log."""

from collections.abc import Callable, Iterator

from gongkai.content.editions.actions.editions import edition_holds
from gongkai.content.editions.frozen import content_holds
from gongkai.content.editions.logged import facts_of, logged
from gongkai.content.editions.models import Act, Edition
from gongkai.core.acts.rows import portions
from gongkai.core.acts.seal import Verdict
from gongkai.lib.typed_json import number

#: The actions that write editions. A room above that writes some adds its own; its movements carry `edition`, `digest` and
#: a `ground`, which says what the edition rests on instead of signatures of ours.
EDITION_ACTIONS = ["publishing.publish", "publishing.withdraw"]
#: What a `ground` must be, by the action that names it: called once for an `audit verify`, returns a question of (ground, the movement's facts,
#: the edition's content digest). An edition whose movement's action has no entry here rests on signatures and nothing else.
GROUNDS: dict[str, Callable[[], Callable[[str, dict[str, object], str], bool]]] = {}
#: Rooms above that keep editions without their text (what came through a package and is not public) say which.
TEXTLESS: list[Callable[[], set[int]]] = []


def editions_hold() -> Verdict:
    """Recompute the digests of every edition and its content, and hold them against the log and the erasures on record. A portion at a time."""
    count = 0
    broken = ""
    textless = {number for told in TEXTLESS for number in told()}
    document, last = 0, 0
    for some in portions(_editions()):
        known = _logged(some)
        for edition in some:
            count += 1
            last = last if edition.document_id == document else 0
            broken = broken or _broken(edition, known, textless)
            if not broken and edition.number != last + 1:
                broken = f"信息{edition.document_id}第{edition.number}版之前有版本缺失"
            document, last = edition.document_id, edition.number
    return Verdict(count, broken or _gone())


def _editions() -> Iterator[Edition]:
    rows = Edition.objects.select_related("content", "erasure").order_by("document_id", "number")
    return rows.iterator(500)


def _logged(some: list[Edition]) -> dict[int, str]:
    """Return the digest that the log has of each of these editions."""
    streams = {f"document/{edition.document_id}" for edition in some}
    return {
        int(movement.facts["edition"]): str(movement.facts["digest"])
        for movement in logged(streams, EDITION_ACTIONS)
        if "edition" in movement.facts
    }


def _gone() -> str:
    """Find an edition that the log names and that is not there."""
    for some in portions(facts_of(EDITION_ACTIONS), 2000):
        named = {number(facts, "edition") for facts in some if "edition" in facts}
        lost = named - set(Edition.objects.filter(pk__in=named).values_list("pk", flat=True))
        if lost:
            return f"流水中记有的第{min(lost)}号版本已不在"
    return ""


def _broken(edition: Edition, known: dict[int, str], textless: set[int]) -> str:
    name = f"信息{edition.document_id}第{edition.number}版"
    if not edition_holds(edition) or known.get(edition.pk) != edition.digest:
        return f"{name}被改动"
    content = getattr(edition, "content", None)
    if edition.act == Act.WITHDRAW:
        return ""
    if content is None:
        allowed = hasattr(edition, "erasure") or edition.pk in textless
        return "" if allowed else f"{name}的内容缺失，且没有依法删除的记录"
    said = (content.title, content.html, content.facts, content.files, edition.audience, edition.circle)
    return "" if content_holds(edition.content_digest, *said) else f"{name}的内容被改动"
