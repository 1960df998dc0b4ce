"""The model field for texts that are stored encrypted."""

from typing import TYPE_CHECKING, Any

from django.db import models

from gongkai.vault.sealing import Secret

if TYPE_CHECKING:
    from django.db.models import Model

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
