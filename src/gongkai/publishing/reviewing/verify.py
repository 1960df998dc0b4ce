"""`audit verify`, the reviews' part: every edition stands on the signatures it names, every signature and sheet on the log."""

from collections.abc import Callable, Iterator
from typing import Any

from gongkai.acts.digest import digest
from gongkai.acts.models import Movement
from gongkai.acts.seal import Verdict as Found
from gongkai.publishing.models import (
    Act,
    Edition,
    Review,
    ReviewScheme,
    ReviewState,
    SecrecySheet,
    Signature,
)
from gongkai.publishing.reviewing.cases import LOGGED
from gongkai.publishing.reviewing.digests import sheet_digest, signature_digest
from gongkai.publishing.reviewing.plan import LEAST_OTHERS, Plan, faults
from gongkai.publishing.verify import EDITION_ACTIONS, GROUNDS

_NO = "publishing.return_review"


def signatures_hold() -> Found:
    """Recompute every signature, sheet and scheme, hold them against the log, and every edition against its signatures."""
    signed, sheets, schemes = _logged()
    count, broken = 0, ""
    valid: dict[int, tuple[str, int]] = {}
    for one in Signature.objects.select_related("note").order_by("pk").iterator(500):
        count += 1
        broken = broken or _broken_signature(one, signed)
        valid[one.pk] = (one.digest, one.person_id)
    gone = set(signed) - set(valid)
    if gone and not broken:
        broken = f"流水中记有的第{min(gone)}号审签签名已不在"
    for sheet in SecrecySheet.objects.order_by("pk").iterator(500):
        count += 1
        if not broken and not sheet.digest == sheet_digest(sheet) == sheets.get(sheet.pk):
            broken = f"第{sheet.pk}号保密审查表被改动，或者没有流水"
    for scheme in ReviewScheme.objects.order_by("pk"):
        count += 1
        broken = broken or _broken_scheme(scheme, schemes)
    return Found(count, broken or _broken_edition(valid) or _broken_state())


def _broken_state() -> str:
    """Hold each review's state against the last movement that speaks of it: a red light put out behind the log is found."""
    said: dict[int, str] = {}
    actions = (*LOGGED, _NO, "publishing.recall", "publishing.publish", "publishing.withdraw")
    rows = Movement.objects.filter(action__in=actions).order_by("pk")
    for state, facts in rows.values_list("to_state", "facts").iterator(2000):
        for number in facts.get("redressed", ()):
            said[int(number)] = ReviewState.REDRESSED
        if "review" in facts and state:
            said[int(facts["review"])] = state
    for number, state, plan in Review.objects.values_list("pk", "state", "plan").iterator(2000):
        if plan and said.get(number) != state:
            return f"第{number}号送审的状态与流水不符"
    return ""


def _logged() -> tuple[dict[int, str], dict[int, str], dict[int, str]]:
    """Return what the log has: signature → digest, sheet → digest, scheme → the plan's digest."""
    signed: dict[int, str] = {}
    sheets: dict[int, str] = {}
    schemes: dict[int, str] = {}
    actions = (*LOGGED, _NO, "publishing.set_scheme", "publishing.drop_scheme")
    for facts in Movement.objects.filter(action__in=actions).values_list("facts", flat=True).iterator(2000):
        if "signature" in facts:
            signed[int(facts["signature"])] = str(facts["signature_digest"])
        elif "sheet" in facts:
            sheets[int(facts["sheet"])] = str(facts["digest"])
        elif "scheme" in facts:
            schemes[int(facts["scheme"])] = str(facts.get("plan", ""))
    return signed, sheets, schemes


def _broken_signature(one: Signature, logged: dict[int, str]) -> str:
    if one.pk not in logged:
        return f"第{one.pk}号审签签名（{one.name}）没有流水"
    if not one.digest == signature_digest(one) == logged[one.pk]:
        return f"第{one.pk}号审签签名（{one.name}）被改动"
    note = getattr(one, "note", None)
    if note is not None and digest(note.text) != one.words_digest:
        return f"第{one.pk}号审签签名（{one.name}）的意见被改动"
    return ""


def _broken_scheme(scheme: ReviewScheme, logged: dict[int, str]) -> str:
    if scheme.pk not in logged:
        return f"第{scheme.pk}号审签程序没有流水"
    plan = Plan.from_json(scheme.plan)
    if not scheme.ended and (logged[scheme.pk] != plan.digest or faults(plan)):
        return f"第{scheme.pk}号审签程序被改动"
    return ""


def _broken_edition(valid: dict[int, tuple[str, int]]) -> str:
    """Hold the approvals that each edition froze against the signatures.

    Editions from before there were stages carry one approval without a kind: they are history, as they were right then. Behind the
    first edition that carries signatures none may come without.
    """
    begun = False
    elsewhere = _Elsewhere()
    for document, edition_number, approvals, facts, action, said in _editions():
        name = f"信息{document}第{edition_number}版"
        if facts and facts.get("ground"):
            if not elsewhere.holds(action, facts, said):
                return f"{name}所称的依据不存在，或不包含这一版"
            continue
        rows = [row for row in approvals if row.get("kind") == "signature"]
        if not rows:
            if begun:
                return f"{name}没有审签签名"
            continue
        begun = True
        wrong = _unsigned(approvals, rows, valid)
        if wrong:
            return f"{name}{wrong}"
        if facts is not None and sorted(facts.get("signed", [])) != sorted(r["signature"] for r in rows):
            return f"{name}的审签签名与流水不符"
    return ""


class _Elsewhere:
    """Whether what an edition rests on instead of a review is there: an order that lists it, a package that was applied."""

    def __init__(self) -> None:
        self.asked: dict[str, Callable[[str, dict[str, Any], str], bool]] = {}

    def holds(self, action: str, facts: dict[str, Any], content_digest: str) -> bool:
        """Ask whoever answers for the action that wrote the edition."""
        if action not in GROUNDS:
            return False
        if action not in self.asked:
            self.asked[action] = GROUNDS[action]()
        return self.asked[action](str(facts["ground"]), facts, content_digest)


def _editions() -> Iterator[tuple[int, int, list[dict[str, Any]], dict[str, Any] | None, str, str]]:
    logged = {
        int(facts["edition"]): (action, facts)
        for action, facts in Movement.objects.filter(action__in=EDITION_ACTIONS).values_list(
            "action", "facts"
        )
        if "edition" in facts
    }
    rows = Edition.objects.filter(act=Act.PUBLISH).order_by("pk")
    for number, document, edition, approvals, said in rows.values_list(
        "pk", "document_id", "number", "approvals", "content_digest"
    ).iterator(500):
        action, facts = logged.get(number, ("", None))
        yield document, edition, approvals, facts, action, said


def _unsigned(
    approvals: list[dict[str, Any]], rows: list[dict[str, Any]], valid: dict[int, tuple[str, int]]
) -> str:
    for row in rows:
        if valid.get(row["signature"]) != (row["signature_digest"], row["person"]):
            return f"的{row['stage']}签名被改动或已不在"
    people = {row["person"] for row in rows}
    if len(people) < len(rows):
        return "有同一人的两个签名"
    if any(row.get("kind") == "urgent" for row in approvals):
        return ""
    needed = max(row["stages"] for row in rows)
    return "" if len(rows) >= max(needed, LEAST_OTHERS) else f"少于{needed}级审签"
