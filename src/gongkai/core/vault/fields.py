"""Model fields whose text is stored encrypted."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact, IsNull

from gongkai.core.vault.sealing import EncryptedSecret, EncryptedWords

if TYPE_CHECKING:
    from django.db.models import Lookup, Model

    _Base = models.TextField[str | EncryptedSecret, EncryptedSecret]
else:
    _Base = models.TextField


class _SecretAttribute:
    """Descriptor that stores any assigned text as an `EncryptedSecret`, and loads a deferred value."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: object = None) -> Any:
        if instance is None:
            return self
        if self.name not in instance.__dict__:  # deferred
            instance.refresh_from_db(fields=[self.name])
        return instance.__dict__[self.name]

    def __set__(self, instance: object, value: object) -> None:
        instance.__dict__[self.name] = (
            value if isinstance(value, EncryptedSecret) else EncryptedSecret.of(str(value or ""))
        )


class EncryptedTextField(_Base):
    """A text stored encrypted: assign plain text, read a `EncryptedSecret`.

    It cannot be searched; store a `keyed_digest` in another column for that.
    """

    def from_db_value(self, value: str | None, *_: object) -> EncryptedSecret:
        """Return the stored token as a `EncryptedSecret`."""
        return EncryptedSecret(value or "")

    def to_python(self, value: object) -> EncryptedSecret:
        """Return the value as a `EncryptedSecret`."""
        return value if isinstance(value, EncryptedSecret) else EncryptedSecret.of(str(value or ""))

    def get_prep_value(self, value: object) -> str:
        """Return the encrypted token."""
        return (value if isinstance(value, EncryptedSecret) else EncryptedSecret.of(str(value or ""))).token

    def value_to_string(self, obj: "Model") -> str:
        """Return the encrypted token for serialisation."""
        return str(self.get_prep_value(self.value_from_object(obj)))

    def contribute_to_class(self, cls: "type[Model]", name: str, private_only: bool = False) -> None:
        """Add to the model the descriptor that encrypts assigned texts."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _SecretAttribute(name))


class _WordsAttribute(_SecretAttribute):
    """Descriptor that stores any assigned text as `EncryptedWords`."""

    def __set__(self, instance: object, value: object) -> None:
        instance.__dict__[self.name] = to_words(value)


if TYPE_CHECKING:
    _WordsBase = models.TextField[str | EncryptedSecret, EncryptedWords]
else:
    _WordsBase = EncryptedTextField


class EncryptedWordsField(_WordsBase):
    """Free text of an outside person, stored encrypted; reading gives `EncryptedWords`, shown masked.

    Unlike other encrypted columns, the log covers it by a keyed digest (`acts.row_coverage`).
    """

    def from_db_value(self, value: str | None, *_: object) -> EncryptedWords:
        """Return the stored token as `EncryptedWords`."""
        return EncryptedWords(value or "")

    def to_python(self, value: object) -> EncryptedWords:
        """Return the value as `EncryptedWords`."""
        return to_words(value)

    def get_prep_value(self, value: object) -> str:
        """Return the encrypted token."""
        return to_words(value).token

    def get_lookup(self, lookup_name: str) -> "type[Lookup] | None":  # type: ignore[type-arg,override]
        """Return the lookups for empty text, None for others, which would silently find nothing."""
        return {"exact": _IsEmptyLookup, "isnull": IsNull}.get(lookup_name)

    def contribute_to_class(self, cls: "type[Model]", name: str, private_only: bool = False) -> None:
        """Add to the model the descriptor that encrypts assigned texts."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _WordsAttribute(name))


class _IsEmptyLookup(Exact):
    """Lookup for empty text; tokens of equal text differ, so no other value can be found."""

    def __init__(self, lhs: object, rhs: object) -> None:
        if isinstance(rhs, str | EncryptedSecret) and rhs:
            raise FieldError("encrypted words cannot be looked for")
        super().__init__(lhs, rhs)


def to_words(value: object) -> EncryptedWords:
    """Return a value as `EncryptedWords`; plain text is encrypted."""
    if isinstance(value, EncryptedWords):
        return value
    return EncryptedWords(value.token) if isinstance(value, EncryptedSecret) else EncryptedWords.of(str(value or ""))
