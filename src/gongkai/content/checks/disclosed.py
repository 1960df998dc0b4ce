"""What a source's own definition makes public: the telephone and the address of an institution, asked for by its table. Not personal data there.

Privacy finds words without knowing what they stand for; the table knows. A mobile number in such a field may still be somebody's own: it is
pointed out once, in the text, and holds nothing; the spreadsheets beside it are the same text again.
"""

from collections.abc import Iterable

from django.db.models.functions import Lower

from gongkai.content.checks.remark import Remark
from gongkai.core.units.models import Body

#: What such fields hold, as privacy calls it.
KINDS = frozenset({"phone", "address"})
_MOBILE = 11


def disclosed_by(source: object, frozen: object) -> frozenset[str]:
    """Return the values that a source says are public by their definition (its `disclosed`); none where it says nothing."""
    says = getattr(source, "disclosed", None)
    return frozenset(says(frozen)) if says else frozenset()


def without_disclosed(remarks: Iterable[Remark], values: frozenset[str], *, again: bool) -> list[Remark]:
    """Return the remarks that are left: what stands in such a field is none, save a mobile number, which warns.

    Args:
        remarks: of a text or of a file.
        values: what is public by its definition.
        again: whether this is a file that says the text again; then nothing of it is pointed out twice.
    """
    kept = []
    for remark in remarks:
        if remark.family != "privacy" or remark.kind not in KINDS or not _stands_in(remark.words, values):
            kept.append(remark)
        elif not again and _is_mobile(remark):
            remark.holds = False
            remark.why = "这一栏依规定须公开单位电话，这里像是个人手机号：请核对是不是单位对外公布的号码"
            kept.append(remark)
    return kept


def without_mailboxes(remarks: list[Remark]) -> list[Remark]:
    """Return the remarks without those on mailboxes that a unit has registered as its own for the public."""
    asked = {
        _bare(remark.words).lower()
        for remark in remarks
        if remark.family == "privacy" and remark.kind == "email"
    }
    if not asked:
        return remarks
    rows = Body.objects.annotate(mailbox=Lower("email")).filter(mailbox__in=asked)
    ours = set(rows.values_list("mailbox", flat=True))
    return [remark for remark in remarks if remark.kind != "email" or _bare(remark.words).lower() not in ours]


def _bare(words: str) -> str:
    return "".join(words.split())


def _stands_in(words: str, values: frozenset[str]) -> bool:
    return any(_bare(words) in value for value in values)


def _is_mobile(one: Remark) -> bool:
    digits = "".join(sign for sign in one.words if sign.isdigit())
    return one.kind == "phone" and digits[-_MOBILE:].startswith("1") and len(digits) >= _MOBILE
