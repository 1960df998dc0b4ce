"""Compare a text with the last signed and the public version. Read-only."""

from collections.abc import Callable, Mapping
from datetime import date

from django.utils import timezone

from gongkai.content.editions.frozen import PUBLIC_FACT_LABELS, Frozen
from gongkai.content.editions.models import Audience, EditionContent, Standing
from gongkai.content.editions.sources import OutgoingText, Source, document_of
from gongkai.content.editions.vocabulary import Attribute, Basis, ItemKind
from gongkai.content.reviewing.actions.publication import find_companions, publication_blockers
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.content.reviewing.seeing import digest_of, find_last_decided, find_public_content
from gongkai.content.reviewing.signers import plan_of
from gongkai.core.units.models import Body
from gongkai.lib.richtext import with_targets
from gongkai.lib.richtext.difference import compare, compare_facts, fold_same

FACT_LABELS = {
    **PUBLIC_FACT_LABELS,
    "kind": "类别",
    "formed_on": "形成或变更日期",
    "attribute": "公开属性",
    "attribute_basis": "公开依据",
    "attribute_reason": "属性认定理由",
    "standing": "有效性",
    "manner_reason": "限定范围的理由",
}
FACT_VALUE_LABELS: dict[str, dict[str, object]] = {
    "kind": dict(ItemKind.choices),
    "attribute": dict(Attribute.choices),
    "attribute_basis": dict(Basis.choices),
    "standing": dict(Standing.choices),
}
SIGNED, PUBLIC = "signed", "public"
#: Filled by the room of the clock: (source, since when it is public) → how its clock stands, with `light` and `words`.
CLOCK_PROMPTS: list[Callable[[Source, date | None], object]] = []


def make_comparison(source: Source, frozen: Frozen, found: Review, against: str) -> dict[str, object]:
    """Return the template context of a text compared with the `signed` or `public` one: lines,
    facts, files."""
    document = document_of(source)
    live = find_public_content(document, found.edition_id)
    before = find_last_decided(source, found.content_digest, found.pk)
    which = against if against in {SIGNED, PUBLIC} else (SIGNED if before else PUBLIC)
    old = before if which == SIGNED and before else live
    published = document.published_at if live else None
    return {
        "document": document,
        "live": live,
        "signed_before": before is not None,
        "against": which if old is not None else "",
        "compared": old is not None,
        "old_digest": digest_of(old) if old is not None else "",
        **compare_texts(old, frozen),
        "facts_now": compare_facts({}, label_values(frozen.facts), FACT_LABELS),
        "limited": frozen.audience == Audience.LIMITED,
        "circle": list(Body.objects.filter(pk__in=[n for n in frozen.circle.split("/") if n]))
        if frozen.audience == Audience.LIMITED
        else [],
        "placements": list(document.placements.select_related("column", "intended")),
        "lacks": list(publication_blockers(_going_out(source, found, frozen))),
        "changed_since": found.content_digest != frozen.digest,
        "newer_draft": bool(source.latest_revision_id and source.latest_revision_id > found.revision_id),
        "prompt": _prompt(source, timezone.localdate(published) if published else None),
    }


def _going_out(source: Source, found: Review, frozen: Frozen) -> OutgoingText:
    """Return the text as the pending signature would publish it."""
    text = OutgoingText(source, found.revision_id, frozen)
    if found.state == ReviewState.WAITING and found.stage + 1 >= len(plan_of(found).stages):
        now = timezone.now()
        text.start = None if find_companions(text) else max(found.visible_from or now, now)
    return text


def _prompt(source: Source, published: date | None) -> object:
    """Return the disclosure clock of a source from a registered function, or None."""
    return next((prompt for say in CLOCK_PROMPTS if (prompt := say(source, published))), None)


def compare_texts(old: Frozen | EditionContent | None, frozen: Frozen) -> dict[str, object]:
    """Return lines, facts and files of a text compared with an older one; None: all is new."""
    before = f"{old.title}\n{with_targets(old.html)}" if old else ""
    lines = compare(before, f"{frozen.title}\n{with_targets(frozen.html)}")
    old_files = {f["digest"]: f["name"] for f in old.files if not f["picture"]} if old else {}
    new_files = {f["digest"]: f["name"] for f in frozen.files if not f["picture"]}
    return {
        "lines": fold_same(lines) if old else lines,
        "facts": compare_facts(label_values(old.facts if old else {}), label_values(frozen.facts), FACT_LABELS),
        "files_kept": [(name, mark) for mark, name in new_files.items() if mark in old_files],
        "files_added": [(name, mark) for mark, name in new_files.items() if mark not in old_files],
        "files_removed": [name for mark, name in old_files.items() if mark not in new_files],
    }


def label_values(facts: Mapping[str, object]) -> dict[str, object]:
    """Return facts with the labels of their values."""
    return {name: FACT_VALUE_LABELS.get(name, {}).get(str(value), value) for name, value in facts.items()}
