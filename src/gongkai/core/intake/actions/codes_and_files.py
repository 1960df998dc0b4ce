"""Actions on query codes, uploaded files and exports of clear texts of outside persons."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from django.db.models import Q
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.intake import uploads
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.matter_access import (
    derive_code,
    digest_code,
    digest_last_digits,
    digest_missing_code,
    new_code,
)
from gongkai.core.intake.matters import describe_matter, find_reading_errors
from gongkai.core.intake.models import Party, QueryCode, Upload


def _check_nothing(_by: Actor, _target: object) -> list[str]:
    return []


def _check_code_handler(by: Actor, code: QueryCode) -> list[str]:
    return find_reading_errors(by, code.matter)


def _store_code_unless_taken(digest: str, matter: str, second: str) -> bool:
    """Store a code (`second`: digest of its second key) unless its digest is taken; return true if it was stored.

    Two forms never derive the same code at the same moment, so the insertion needs no savepoint.
    """
    stored = dict(QueryCode.objects.filter(Q(digest=digest) | Q(matter=matter)).values_list("digest", "pk"))
    if digest in stored:
        return False
    if substitute := stored.get(digest_missing_code(matter)):  # it carries the date of erasure
        QueryCode.objects.filter(pk=substitute).update(digest=digest, second_digest=second, revoked_at=None)
    else:
        QueryCode.objects.create(digest=digest, matter=matter, second_digest=second)
    return True


@action("intake.issue_code", label="发放查询码", rule=_check_nothing)
def issue_code(_: None, *, by: Actor, matter: str, second: str = "", token: str = "", given: str = "") -> ActionResult:
    """Issue the query code of a matter; the action's result is (code, number of derivations tried).

    Args:
        matter: the matter that it opens.
        second: the last four digits asked as a second key; "" for none.
        token: the form's token, from which the code is derived so that a retry gets the same; "" at
            the counter.
        given: a code issued before, by the outer of two networks.
    """
    for turn in range(5):
        code = given or (derive_code(token, turn) if token else new_code())
        stored_second = digest_last_digits(code, second) if second else ""
        if not _store_code_unless_taken(digest_code(code), matter, stored_second):
            continue
        return ActionResult(words="发放查询码", stream=matter, facts={"second": bool(second)}, result=(code, turn))
    raise RuntimeError("no free query code")


@action("intake.revoke_code", label="作废查询码", rule=_check_code_handler)
def revoke_code(code: QueryCode, *, by: Actor) -> ActionResult:
    """Revoke a query code, for example because it was disclosed or its matter was erased."""
    code.revoked_at = timezone.now()
    code.save(update_fields=["revoked_at"])
    return ActionResult(words="作废查询码", stream=code.matter)


@action("intake.renew_code", label="补发查询码", rule=lambda by, party: find_reading_errors(by, party.matter))
def renew_code(party: Party, *, by: Actor) -> ActionResult:
    """Issue a new code for a party, revoking the earlier one; the action's result is the code.

    The clerk has verified the identity; the last four digits of document or phone remain the second
    key. Because the clerk reads the code, it only shows the matter: follow-ups that decide for the asker
    (`FollowUp.decides`) need a signed paper. The party is notified.
    """
    if party.erased_at:
        raise Refused("个人信息已按规定清除，不能再发放查询码；需要再办的，请来人重新提出。")
    second = SenderParticulars(id_number=party.id_number.reveal(), phone=party.phone.reveal()).last_four
    code = new_code()
    values = {
        "digest": digest_code(code),
        "second_digest": digest_last_digits(code, second) if second else "",
        "revoked_at": None,
    }
    QueryCode.objects.update_or_create(matter=party.matter, defaults=values)
    tell = Notification(
        "您的查询码已补发",
        f"{describe_matter(party.matter)}工作人员补发了查询码，原来的作废。不是您本人要求的，请与承办单位联系。",
        "",
        f"code/{values['digest']}",
        outside=(party.recipient,),
    )
    facts = {"second": bool(second)}
    return ActionResult("补发查询码，原来的作废", stream=party.matter, facts=facts, result=code, tell=(tell,))


def is_code_known_to_staff(matter: str) -> bool:
    """Return true if a staff member was shown a query code of a matter, at its registration or at a renewal."""
    movements = Movement.objects.filter(stream=matter, action__in=["intake.issue_code", "intake.renew_code"])
    return movements.exclude(person_id=None).exists()


def _check_file_handler(by: Actor, upload: Upload) -> list[str]:
    return find_reading_errors(by, upload.matter)


@action("intake.open_file", label="打开公众上传的文件", rule=_check_file_handler)
def open_file(upload: Upload, *, by: Actor) -> ActionResult:
    """Decrypt a file and log the access; the action's result is its bytes."""
    content = uploads.read_upload(upload)
    return ActionResult(words="打开公众上传的文件", stream=upload.matter, facts={"file": upload.digest}, result=content)


Row = TypeVar("Row", bound=Mapping[str, object])
#: Key of a row that is true if the row's text is not masked; not a column.
UNMASKED_KEY = "clear"


def _check_signed_in(by: Actor, _: object) -> list[str]:
    return [] if by.known or by.system else ["请先登录。"]


@action("intake.export_words", label="导出公众填写的内容", rule=_check_signed_in)
def export_words(_: None, *, by: Actor, what: str, rows: int) -> ActionResult:
    """Log the export of `what` (in Chinese); `rows` is the number of matters whose text was not masked."""
    text = f"导出{what}，其中{rows}件的内容未遮盖"
    return ActionResult(words=text, facts={"what": what, "rows": rows}, stream=f"exports/{by.person_id or 0}")


def log_unmasked_rows(rows: Iterable[Row], by: Actor, export_name: str) -> Iterator[Row]:
    """Yield the rows of an export; afterwards log the number of those with `UNMASKED_KEY`, if there are any."""
    unmasked_count = 0
    for row in rows:
        unmasked_count += bool(row.get(UNMASKED_KEY))
        yield row
    if unmasked_count:
        export_words(None, by=by, what=export_name, rows=unmasked_count)
