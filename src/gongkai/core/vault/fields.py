"""The model field for texts that are stored encrypted."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact, IsNull

from gongkai.core.vault.sealing import Secret, Words

if TYPE_CHECKING:
    from django.db.models import Lookup, Model

    _Base = models.TextField[str | Secret, Secret]
else:
    _Base = models.TextField


class _Attribute:
    """Keeps a `Secret` on the instance, whatever was assigned."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: object = None) -> Any:
        if instance is None:
            return self
        if self.name not in instance.__dict__:  # deferred
            instance.refresh_from_db(fields=[self.name])
        return instance.__dict__[self.name]

    def __set__(self, instance: object, value: object) -> None:
        instance.__dict__[self.name] = value if isinstance(value, Secret) else Secret.of(str(value or ""))


class EncryptedTextField(_Base):
    """A text that is stored encrypted. Assign a clear text; reading gives a `Secret`.

    It cannot be searched: keep a `keyed_digest` beside it for that.
    """

    def from_db_value(self, value: str | None, *_: object) -> Secret:
        """Wrap what is stored."""
        return Secret(value or "")

    def to_python(self, value: object) -> Secret:
        """Leave a secret as it is."""
        return value if isinstance(value, Secret) else Secret.of(str(value or ""))

    def get_prep_value(self, value: object) -> str:
        """Return what is stored: never the clear text."""
        return (value if isinstance(value, Secret) else Secret.of(str(value or ""))).token

    def value_to_string(self, obj: "Model") -> str:
        """Return the stored value, for exports of the database."""
        return str(self.get_prep_value(self.value_from_object(obj)))

    def contribute_to_class(self, cls: "type[Model]", name: str, private_only: bool = False) -> None:
        """Put the attribute on the model."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _Attribute(name))


class _Words(_Attribute):
    """Keeps `Words` on the instance, whatever was assigned."""

    def __set__(self, instance: object, value: object) -> None:
        instance.__dict__[self.name] = words_of(value)


if TYPE_CHECKING:
    _WordsBase = models.TextField[str | Secret, Words]
else:
    _WordsBase = EncryptedTextField


class EncryptedWordsField(_WordsBase):
    """Free text of somebody outside (a question, what a request asks for), stored encrypted. Reading gives `Words`, which are shown masked.

    Unlike other encrypted columns it counts among a covered row's (`acts.covering`), by a keyed digest of its clear text.
    """

    def from_db_value(self, value: str | None, *_: object) -> Words:
        """Wrap what is stored."""
        return Words(value or "")

    def to_python(self, value: object) -> Words:
        """Leave words as they are."""
        return words_of(value)

    def get_prep_value(self, value: object) -> str:
        """Return what is stored: never the clear text."""
        return words_of(value).token

    def get_lookup(self, lookup_name: str) -> "type[Lookup] | None":  # type: ignore[type-arg,override]
        """Offer only what an encrypted column answers: whether it is empty. Anything else would quietly find nothing."""
        return {"exact": _IsEmpty, "isnull": IsNull}.get(lookup_name)

    def contribute_to_class(self, cls: "type[Model]", name: str, private_only: bool = False) -> None:
        """Put the attribute on the model."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _Words(name))


class _IsEmpty(Exact):
    """Whether there are no words: no two tokens of the same words are alike, so no other value can be looked for."""

    def __init__(self, lhs: object, rhs: object) -> None:
        if isinstance(rhs, str | Secret) and rhs:
            raise FieldError("encrypted words cannot be looked for")
        super().__init__(lhs, rhs)


def words_of(value: object) -> Words:
    """Return a value as words: a clear text encrypted, a secret as it is."""
    if isinstance(value, Words):
        return value
    return Words(value.token) if isinstance(value, Secret) else Words.of(str(value or ""))
