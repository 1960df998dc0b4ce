"""Actions that issue, renew and revoke query codes."""

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.intake.codes import code_of, digest_of, new_code, second_digest
from gongkai.core.intake.matters import why_not_read
from gongkai.core.intake.models import Party, QueryCode
from gongkai.core.intake.particulars import Particulars


def _allow_anybody(_by: Actor, _target: object) -> list[str]:
    return []


def _check_code_handler(by: Actor, code: QueryCode) -> list[str]:
    return why_not_read(by, code.matter)


def _take(digest: str, matter: str, second: str) -> bool:
    """Store a code unless its digest is taken; return True when it was stored."""
    _, created = QueryCode.objects.get_or_create(digest=digest, defaults={"matter": matter, "second_digest": second})
    return created


@action("intake.issue_code", label="发放查询码", rule=_allow_anybody)
def issue_code(_: None, *, by: Actor, matter: str, second: str = "", token: str = "", given: str = "") -> ActionResult:
    """Issue the query code of a matter; the action's result is (code, turn).

    Args:
        matter: the matter that it opens.
        second: the last four digits asked as a second key; "" for none.
        token: the form's token, from which the code is derived so that a retry gets the same; "" at
            the counter.
        given: a code issued before, by the outer of two networks.
    """
    for turn in range(5):
        code = given or (code_of(token, turn) if token else new_code())
        asked = second_digest(code, second) if second else ""
        if not _take(digest_of(code), matter, asked):
            continue
        return ActionResult(words="发放查询码", stream=matter, facts={"second": bool(second)}, result=(code, turn))
    raise RuntimeError("no free query code")


@action("intake.revoke_code", label="作废查询码", rule=_check_code_handler)
def revoke_code(code: QueryCode, *, by: Actor) -> ActionResult:
    """Revoke a code, for example because it was disclosed or its matter was erased."""
    code.revoked_at = timezone.now()
    code.save(update_fields=["revoked_at"])
    return ActionResult(words="作废查询码", stream=code.matter)


@action("intake.renew_code", label="补发查询码", rule=lambda by, party: why_not_read(by, party.matter))
def renew_code(party: Party, *, by: Actor) -> ActionResult:
    """Issue a new code for a party, revoking the earlier one; the action's result is the code.

    The clerk has verified the identity; the last four digits of document or phone remain the second
    key.
    """
    if party.erased_at:
        raise Refused("个人信息已按规定清除，不能再发放查询码；需要再办的，请来人重新提出。")
    second = Particulars(id_number=party.id_number.reveal(), phone=party.phone.reveal()).last_four
    code = new_code()
    said = {
        "digest": digest_of(code),
        "second_digest": second_digest(code, second) if second else "",
        "revoked_at": None,
    }
    QueryCode.objects.update_or_create(matter=party.matter, defaults=said)
    return ActionResult(
        words="补发查询码，原来的作废", stream=party.matter, facts={"second": bool(second)}, result=code
    )
