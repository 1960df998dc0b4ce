"""Text that only hidden rows contain: no answer may contain it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from django.db import models

from browser.rows.addresses import Model
from browser.rows.recorded_requests import Requester
from gongkai.content.editions.models import EditionContent
from gongkai.core.acts import object_access
from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedTextField
from gongkai.core.vault.sealing import EncryptedSecret

#: Words by prefix.
Words = Mapping[str, frozenset[str]]
#: Length of the texts that are compared: shorter ones occur everywhere.
MIN_LENGTH, MAX_LENGTH = 16, 40


@cache
def words_of(model: Model) -> dict[int, frozenset[str]]:
    """Return the texts of each row by primary key, decrypted."""
    fields = [
        f.attname
        for f in model._meta.concrete_fields
        if (type(f) in {models.CharField, models.TextField} and not f.choices) or isinstance(f, EncryptedTextField)
    ]
    found: dict[int, frozenset[str]] = {}
    for pk, *values in model._default_manager.values_list("pk", *fields):
        clear = [v.reveal() if isinstance(v, EncryptedSecret) else v for v in values]
        found[pk] = frozenset(
            v[:MAX_LENGTH] for v in clear if isinstance(v, str) and len(v) >= MIN_LENGTH and not v.isascii()
        )
    return found


@cache
def parts_of(model: Model) -> list[tuple[Model, dict[int, int]]]:
    """Return the models whose rows are part of a model's rows (measures of a notice), with the owner of each part."""
    return [
        (link.related_model, dict(link.related_model._default_manager.values_list("pk", link.field.attname)))
        for link in model._meta.related_objects
        if link.related_model not in object_access.VISIBLE_ROWS_BY_MODEL
        and link.related_model._meta.app_label == model._meta.app_label
    ]


#: Models whose text is shown for other reasons: logs, own messages, public names.
MODELS_WITHOUT_SECRETS = {
    *("outbox.Message", "signin.Operation", "editions.Column", "editions.Website"),
    *("units.Body", "units.Office", "units.Alias", "units.UnitGroup"),
}


def find_words(text: str, words: Words) -> list[str]:
    """Return the words that a text contains, found by their prefixes."""
    begun = words.keys() & {text[at : at + MIN_LENGTH] for at in range(len(text) - MIN_LENGTH + 1)}
    return sorted(word for beginning in begun for word in words[beginning] if word in text)


def group_by_prefix(words: Iterable[str]) -> dict[str, frozenset[str]]:
    """Group words by prefix."""
    found: dict[str, set[str]] = defaultdict(set)
    for word in words:
        found[word[:MIN_LENGTH]].add(word)
    return {beginning: frozenset(same) for beginning, same in found.items()}


def hidden_words(who: Requester, public: str) -> Words:
    """Return words of rows hidden from a requester that occur neither in visible rows nor in public text."""
    hidden: set[str] = set()
    seen: set[str] = set()
    for model in object_access.VISIBLE_ROWS_BY_MODEL:
        if model._meta.label in MODELS_WITHOUT_SECRETS:
            continue
        visible = who.seen(model)
        for pk, words in words_of(model).items():
            (seen if pk in visible else hidden).update(words)
        for part, owner in parts_of(model):
            for pk, words in words_of(part).items():
                if owner.get(pk) in visible:
                    seen.update(words)
    only = group_by_prefix(hidden - seen)
    public_ones = find_words("\n".join(seen) + public, only)
    return group_by_prefix(hidden - seen - {*public_ones})


def public_words() -> str:
    """Return the text of all editions, and the names of units."""
    rows = [" ".join(map(str, row)) for row in EditionContent.objects.values_list("title", "html", "facts")]
    return "\n".join([*rows, *Body.objects.values_list("name", flat=True)])
