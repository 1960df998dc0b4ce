"""Issuing and revoking query codes."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.acts.action import Step, action
from gongkai.acts.actors import Actor
from gongkai.intake.codes import code_of, digest_of, new_code, second_digest
from gongkai.intake.matters import why_not_read
from gongkai.intake.models import QueryCode


def _anybody(_by: Actor, _target: Any) -> list[str]:
    """Part of sending a form or of registering at the counter, whose own actions have asked."""
    return []


def _handles(by: Actor, code: QueryCode) -> list[str]:
    return why_not_read(by, code.matter)


@action("intake.issue_code", label="发放查询码", rule=_anybody)
def issue_code(
    _: None, *, by: Actor, matter: str, second: str = "", token: str = "", given: str = ""
) -> Step:
    """Issue the code of a matter; the result is (code, turn). The code itself is kept nowhere.

    Args:
        matter: what it opens.
        second: the last four that are asked besides; "" for none.
        token: the form's token, from which the code is computed so that a retry gets the same; "" at the counter.
        given: a code that was given already (on the outer side of two networks).
    """
    for turn in range(5):
        code = given or (code_of(token, turn) if token else new_code())
        asked = second_digest(code, second) if second else ""
        try:
            with transaction.atomic():
                QueryCode.objects.create(digest=digest_of(code), matter=matter, second_digest=asked)
        except IntegrityError:
            if QueryCode.objects.filter(matter=matter).exists():
                raise
            continue
        return Step(words="发放查询码", stream=matter, facts={"second": bool(second)}, result=(code, turn))
    raise RuntimeError("no free query code")


@action("intake.revoke_code", label="作废查询码", rule=_handles)
def revoke_code(code: QueryCode, *, by: Actor) -> Step:
    """Make a code open nothing any more: told to somebody else, or its matter was erased."""
    code.revoked_at = timezone.now()
    code.save(update_fields=["revoked_at"])
    return Step(words="作废查询码", stream=code.matter)
