"""Create and confirm one-time passwords; a second person confirms those of guarded roles."""

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.units import separation
from gongkai.core.units.models import PasswordRequest, Person, Standing

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: Callbacks called with a person whose password somebody else reset. They revoke what was set up
#: with the old password, such as an authenticator.
NEW_PASSWORD_CALLBACKS: list[Callable[[Person], None]] = []
#: Letters and digits without those that are easily confused: 0 O o 1 l I.
_CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def make_one_time_password() -> str:
    """Return a one-time password: 14 characters in three groups, easy to read aloud."""
    letters = [secrets.choice(_CODE_ALPHABET) for _ in range(12)]
    return "-".join("".join(letters[at : at + 4]) for at in (0, 4, 8))


class NewPassword(NamedTuple):
    """A password in clear text and its hash, computed before the transaction, as that takes 0.4 s of
    processor time.
    """

    clear: str
    hashed: str

    def set_for(self, user: "User") -> None:
        """Set and save a login's password."""
        user.password, user._password = self.hashed, self.clear  # type: ignore[attr-defined]  # as `set_password`
        user.save(update_fields=["password"])


def hash_password(clear: str = "") -> NewPassword:
    """Hash a password; by default a new one-time password."""
    clear = clear or make_one_time_password()
    return NewPassword(clear, make_password(clear))


def hash_one_time_password(_: object, *, by: Actor, **facts: object) -> Mapping[str, object]:
    """Return {"made": new one-time password}, hashed before an action's lock; {} if the caller passed `made`."""
    return {} if facts.get("made") else {"made": hash_password()}


def set_one_time_password(person: Person, *, vouched: bool, made: NewPassword | None = None) -> str:
    """Set a one-time password (default: a new one) and return its text; the person's sessions end.


    `vouched`: a security officer gives it to the person. Refused without a login.
    """
    if person.user is None:
        raise Refused("还没有登录账号，请先开通。")
    password = made or hash_password()
    password.set_for(person.user)
    person.must_change_password = True
    person.vouched = vouched
    person.save(update_fields=["must_change_password", "vouched"])
    for forget in NEW_PASSWORD_CALLBACKS:
        forget(person)
    return password.clear


def ask_for_password(person: Person, by: Actor, log_text: str) -> ActionResult:
    """Request a new password for a person in a guarded role; notify the confirmers and the person.

    Raises:
        Refused: the person has no post, nobody can confirm, or a request is pending already.
    """
    home = separation.find_home_body(person)
    if home is None:
        raise Refused("这名人员没有任职，请先登记任职。")
    confirmers = separation.require_officers(home, person=person)
    if PasswordRequest.objects.filter(person=person, standing=Standing.WAITING).exists():
        raise Refused(f"{person.name}的密码已提请确认，请等待安全保密管理员办理。")
    request = PasswordRequest.objects.create(person=person, asked_by_id=by.person_id)
    key = f"password/{request.pk}"
    text = f"{log_text}，待安全保密管理员确认"
    return ActionResult(
        words=text,
        facts={"password_request": request.pk},
        result="",
        tell=(
            separation.make_confirmation_request(
                confirmers,
                f"{by.name}为{person.name}{log_text}。请向本人核实后确认，一次性密码由您当面交给本人。",
                f"{key}/ask",
                reverse("units:confirmations"),
            ),
            separation.make_owner_notification(
                person, f"{by.name}为您{log_text}，正等待安全保密管理员确认。", f"{key}/owner"
            ),
        ),
    )


def _close_request(request: PasswordRequest, by: Actor, standing: str) -> None:
    """Store the decision on a password request.

    Raises:
        Refused: it is decided already.
    """
    if request.standing != Standing.WAITING:
        raise Refused("这项申请已经办理过。")
    request.standing, request.decided_by_id, request.decided_at = standing, by.person_id, timezone.now()
    request.save(update_fields=["standing", "decided_by", "decided_at"])


def settle_requests(person: Person, by: Actor) -> None:
    """Close the person's pending password requests as confirmed, because a password was made for them."""
    for password_request in PasswordRequest.objects.filter(person=person, standing=Standing.WAITING):
        _close_request(password_request, by, Standing.CONFIRMED)


@action("units.confirm_password", label="确认并生成密码", rule=separation.check_confirmer, ahead=hash_one_time_password)
def confirm_password(request: PasswordRequest, *, by: Actor, made: NewPassword | None = None) -> ActionResult:
    """Make the requested password; the result is the password, to be handed over by the confirmer."""
    _close_request(request, by, Standing.CONFIRMED)
    person = request.person
    password = set_one_time_password(person, vouched=True, made=made)
    return ActionResult(
        words="确认密码申请，生成一次性密码",
        stream=f"person/{person.pk}",
        result=password,
        tell=(
            separation.make_owner_notification(person, f"{by.name}确认了您的密码申请。", f"password/{request.pk}/made"),
        ),
    )


@action("units.refuse_password", label="不同意", rule=separation.check_confirmer)
def refuse_password(request: PasswordRequest, *, by: Actor, reason: str) -> ActionResult:
    """Refuse a requested password, and notify the requester and the person of the reason."""
    _close_request(request, by, Standing.REFUSED)
    text = f"不同意密码申请：{reason}"
    return ActionResult(
        words=text,
        stream=f"person/{request.person_id}",
        tell=(separation.make_decision_notification(request, text, f"password/{request.pk}/refused"),),
    )
