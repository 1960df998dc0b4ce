"""Actions for passkeys: add, remove, and suspend after a suspected copy."""

from django.urls import reverse

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.signin import factors
from gongkai.core.signin.identity.rules import check_oneself, check_system
from gongkai.core.signin.models import Passkey
from gongkai.core.signin.passkeys import NewKey
from gongkai.core.units import separation
from gongkai.core.units.another_person import is_self
from gongkai.core.units.models import Person

#: Maximum number of passkeys of one login.
MAX_PASSKEYS = 10


@action("signin.add_passkey", label="登记通行密钥", rule=check_oneself)
def add_passkey(person: Person, *, by: Actor, name: str, key: NewKey) -> ActionResult:
    """Store the public key of a new passkey; the session has passed all present factors."""
    if Passkey.objects.filter(credential_id=key.credential_id).exists():
        raise Refused("这个通行密钥已经登记过。")
    if Passkey.objects.filter(user_id=person.user_id).count() >= MAX_PASSKEYS:
        raise Refused(f"最多登记{MAX_PASSKEYS}个通行密钥，请先删除不用的。")
    passkey = Passkey.objects.create(user_id=person.user_id, name=name, **key._asdict())
    text = f"登记通行密钥“{name}”"
    owner = separation.make_owner_notification(person, f"您的账号{text}。", f"passkey/{passkey.pk}/owner")
    return ActionResult(words=text, result=passkey, tell=(owner,))


def check_may_remove_passkey(by: Actor, key: Passkey) -> list[str]:
    """Return reasons unless the actor owns the passkey and keeps another factor or needs none."""
    person = Person.objects.filter(user_id=key.user_id).first()
    if person is None or not is_self(by, person.pk):
        return ["只能删除本人的通行密钥。"]
    other_passkeys = Passkey.objects.filter(user_id=key.user_id, confirmed=True).exclude(pk=key.pk)
    if (
        factors.needs_second_factor(key.user)
        and factors.find_authenticator(key.user) is None
        and not other_passkeys.exists()
    ):
        return ["您的岗位登录要第二重验证：请先设置验证器或者另一个通行密钥，再删除这一个。"]
    return []


@action("signin.remove_passkey", label="删除通行密钥", rule=check_may_remove_passkey, quiet=True)
def remove_passkey(key: Passkey, *, by: Actor) -> ActionResult:
    """Remove a passkey; sessions it verified must verify again."""
    person = Person.objects.get(user_id=key.user_id)
    text, message_key = f"删除通行密钥“{key.name}”", f"passkey/{key.pk}/removed"
    key.delete()
    owner = separation.make_owner_notification(person, f"您的账号{text}。", message_key)
    return ActionResult(words=text, stream=f"person/{person.pk}", tell=(owner,))


@action("signin.suspend_passkey", label="停用通行密钥", rule=check_system)
def suspend_passkey(person: Person, *, by: Actor, key: Passkey) -> ActionResult:
    """Suspend a possibly copied passkey; notify the owner and the security officers."""
    key.confirmed = False
    key.save(update_fields=["confirmed"])
    text = f"通行密钥“{key.name}”可能被人复制，已停用"
    message_key = f"passkey/{key.pk}/copied"
    owner = separation.make_owner_notification(person, f"您的账号{text}。", f"{message_key}/owner")
    home = separation.find_home_body(person)
    officers = separation.list_officers(home, person=person) if home else []
    notification = Notification(
        "通行密钥可能被复制",
        f"{person.name}的{text}。请向本人核实，并查看操作日志。",
        reverse("signin:log"),
        message_key,
        persons=tuple(officers),
        urgent=True,
    )
    return ActionResult(words=text, tell=(owner, notification))
