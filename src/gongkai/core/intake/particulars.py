"""Particulars of a party in memory, decrypted."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from gongkai.core.intake import spelling
from gongkai.core.intake.models import Party
from gongkai.core.vault.sealing import keyed_digest

# Encrypted columns with their labels; contact and identity are revealed separately.
CONTACT = {
    "name": "姓名或者名称",
    "phone": "联系电话",
    "email": "电子邮箱",
    "fax": "传真号码",
    "address": "通信地址",
    "postcode": "邮政编码",
    "representative": "法定代表人",
    "contact_person": "联系人",
}
IDENTITY = {"id_number": "证件号码"}
SECRET = {**CONTACT, **IDENTITY}
# Search key → digest column and particular.
DIGESTS = {
    "name": ("name_digest", "name"),
    "phone": ("phone_digest", "phone"),
    "email": ("email_digest", "email"),
    "document": ("id_digest", "id_number"),
}
_NORMALISERS = {
    "name": spelling.name,
    "phone": spelling.phone,
    "email": spelling.email,
    "document": spelling.document,
}


@dataclass(frozen=True)
class Particulars:
    """A person's identity and contact, decrypted. Its `repr` is empty, so it is never logged."""

    kind: str = "person"
    name: str = ""
    phone: str = ""
    email: str = ""
    fax: str = ""
    address: str = ""
    postcode: str = ""
    representative: str = ""
    contact_person: str = ""
    id_kind: str = ""
    id_number: str = ""

    def __repr__(self) -> str:
        return "<Particulars>"

    @classmethod
    def read(cls, given: Mapping[str, object]) -> "Particulars":
        """Create it from form data (kind as `party_kind`); other fields are ignored."""
        known = {field.name for field in fields(cls)} - {"kind"}
        said = {name: str(value or "") for name, value in given.items() if name in known}
        return cls(kind=str(given.get("party_kind") or "person"), **said)

    @property
    def empty(self) -> bool:
        """Return whether nothing is given."""
        return not any(getattr(self, name) for name in SECRET)

    @property
    def last_four(self) -> str:
        """The second key of a query code: the last four of the document, else of the phone."""
        return spelling.last_four(self.id_number or spelling.phone(self.phone))

    @property
    def identity(self) -> tuple[str, ...]:
        """The distinguishing values: the document, else name and contact; empty for a name alone.

        Relatives share telephones and strangers share names.
        """
        if self.id_number:
            return (spelling.document(self.id_number),)
        contact = (spelling.phone(self.phone), spelling.email(self.email))
        return (spelling.name(self.name), *contact) if any(contact) else ()


def write(party: Party, said: Particulars) -> None:
    """Set a party's columns and digests from particulars, without saving."""
    party.kind, party.id_kind = said.kind or "person", said.id_kind
    for name in SECRET:
        setattr(party, name, getattr(said, name).strip())
    for what, (column, name) in DIGESTS.items():
        setattr(party, column, find_by(what, getattr(said, name)))


def find_by(what: str, value: str) -> str:
    """Return the digest that finds a party by a key of `DIGESTS`, or ""."""
    spelled = _NORMALISERS[what](value)
    return keyed_digest(what, spelled) if spelled else ""
