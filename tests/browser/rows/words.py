"""Words that stand in hidden rows alone: no answer may hold one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from django.db import models

from browser.rows.addresses import Model
from browser.rows.asking import Asker
from gongkai.content.editions.models import EditionContent
from gongkai.core.acts import object_access
from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedTextField
from gongkai.core.vault.sealing import EncryptedSecret

#: Words by what they begin with.
Words = Mapping[str, frozenset[str]]
#: Fields whose words are told from others': too short ones stand everywhere.
SHORTEST, LONGEST = 16, 40


@cache
def words_of(model: Model) -> dict[int, frozenset[str]]:
    """Return by row the words that it alone may hold, encrypted ones in the clear."""
    fields = [
        f.attname
        for f in model._meta.concrete_fields
        if (type(f) in {models.CharField, models.TextField} and not f.choices) or isinstance(f, EncryptedTextField)
    ]
    found: dict[int, frozenset[str]] = {}
    for pk, *values in model._default_manager.values_list("pk", *fields):
        clear = [v.reveal() if isinstance(v, EncryptedSecret) else v for v in values]
        found[pk] = frozenset(
            v[:LONGEST] for v in clear if isinstance(v, str) and len(v) >= SHORTEST and not v.isascii()
        )
    return found


@cache
def parts_of(model: Model) -> list[tuple[Model, dict[int, int]]]:
    """Return the models whose rows are part of a model's (measures of a notice), with the row that each belongs to."""
    return [
        (link.related_model, dict(link.related_model._default_manager.values_list("pk", link.field.attname)))
        for link in model._meta.related_objects
        if link.related_model not in object_access.VISIBLE_ROWS_BY_MODEL
        and link.related_model._meta.app_label == model._meta.app_label
    ]


#: Rows whose words are told for another reason than the row: logs, messages to oneself.
NO_SECRET = {
    *("outbox.Message", "signin.Operation", "editions.Column", "editions.Website"),
    *("units.Body", "units.Office", "units.Alias", "units.UnitGroup"),
}


def standing_in(text: str, words: Words) -> list[str]:
    """Return those of some words, by their beginnings, that stand in a text."""
    begun = words.keys() & {text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1)}
    return sorted(word for beginning in begun for word in words[beginning] if word in text)


def by_beginning(words: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return words by what they begin with."""
    found: dict[str, set[str]] = defaultdict(set)
    for word in words:
        found[word[:SHORTEST]].add(word)
    return {beginning: frozenset(same) for beginning, same in found.items()}


def hidden_words(who: Asker, public: str) -> Words:
    """Return words that stand in rows hidden from somebody, and neither in one that they see nor in what is public."""
    hidden: set[str] = set()
    seen: set[str] = set()
    for model in object_access.VISIBLE_ROWS_BY_MODEL:
        if model._meta.label in NO_SECRET:
            continue
        visible = who.seen(model)
        for pk, words in words_of(model).items():
            (seen if pk in visible else hidden).update(words)
        for part, owner in parts_of(model):
            for pk, words in words_of(part).items():
                if owner.get(pk) in visible:
                    seen.update(words)
    only = by_beginning(hidden - seen)
    told = standing_in("\n".join(seen) + public, only)
    return by_beginning(hidden - seen - {*told})


def public_words() -> str:
    """Return all that editions say, and the names of units."""
    rows = [" ".join(map(str, row)) for row in EditionContent.objects.values_list("title", "html", "facts")]
    return "\n".join([*rows, *Body.objects.values_list("name", flat=True)])
