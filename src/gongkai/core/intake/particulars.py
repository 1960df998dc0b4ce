"""What a party says of itself, in memory: typed in a form, or read in the clear."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from gongkai.core.intake import spelling
from gongkai.core.intake.models import Party
from gongkai.core.vault.sealing import keyed_digest

#: Encrypted columns, with their words; contact and identity are read in the clear apart.
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
#: What a party is found by: its column of digests, and the particular that this is of.
DIGESTS = {
    "name": ("name_digest", "name"),
    "phone": ("phone_digest", "phone"),
    "email": ("email_digest", "email"),
    "document": ("id_digest", "id_number"),
}
_SPELLINGS = {
    "name": spelling.name,
    "phone": spelling.phone,
    "email": spelling.email,
    "document": spelling.document,
}


@dataclass(frozen=True)
class Particulars:
    """Who somebody is and how they are reached, in the clear. Never logged: its `repr` is empty."""

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
        """Take what a form was filled in with (the kind as `party_kind`); fields of other names are left."""
        known = {field.name for field in fields(cls)} - {"kind"}
        said = {name: str(value or "") for name, value in given.items() if name in known}
        return cls(kind=str(given.get("party_kind") or "person"), **said)

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return not any(getattr(self, name) for name in SECRET)

    @property
    def last_four(self) -> str:
        """The last four that open a query code besides: of the document, else of the phone."""
        return spelling.last_four(self.id_number or spelling.phone(self.phone))

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells one party from another: the document, else name and contact; empty where only a name is given.

        Relatives share a telephone and strangers share a name, so that neither is enough alone.
        """
        if self.id_number:
            return (spelling.document(self.id_number),)
        contact = (spelling.phone(self.phone), spelling.email(self.email))
        return (spelling.name(self.name), *contact) if any(contact) else ()


def write(party: Party, said: Particulars) -> None:
    """Put particulars into a party's columns, with the digests that find it. In memory."""
    party.kind, party.id_kind = said.kind or "person", said.id_kind
    for name in SECRET:
        setattr(party, name, getattr(said, name).strip())
    for what, (column, name) in DIGESTS.items():
        setattr(party, column, find_by(what, getattr(said, name)))


def find_by(what: str, value: str) -> str:
    """Return the digest that finds a party by one of `DIGESTS`; "" for none."""
    spelled = _SPELLINGS[what](value)
    return keyed_digest(what, spelled) if spelled else ""
