"""Actions for people and their logins."""

from collections.abc import Mapping
from copy import copy
from datetime import date

from django.contrib.auth import get_user_model

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import insert_row, write_inserts
from gongkai.core.units import rules, separation
from gongkai.core.units.access import sync_access
from gongkai.core.units.actions.passwords import (
    NewPassword,
    ask_for_password,
    hash_one_time_password,
    hash_password,
    set_one_time_password,
)
from gongkai.core.units.actions.shared import day_or_today, save, set_fields, tidy_name
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.another_person import is_self
from gongkai.core.units.models import Appointment, Person
from gongkai.lib.typed_json import read_text

#: Required format of a new login's name, and its description in error messages.
LOGIN_NAME_PATTERN, LOGIN_NAME_ERROR = r"^[\w.@+-]{3,150}$", "账号只能含字母、数字、汉字和 . @ + - _，至少3位"
#: Fields with the addresses to which notices about the login are sent.
CONTACT_FIELDS = frozenset({"mobile", "email"})
#: Fields of a person that `edit_person` may change.
EDITABLE_PERSON_FIELDS = frozenset({"name", "title", "mobile", "phone", "email"})


@action("units.add_person", label="登记人员", rule=rules.check_any_administrator)
def add_person(target: None, *, by: Actor, name: str, **fields: object) -> ActionResult:
    """Register a person, without appointment or login."""
    person = Person(name=tidy_name(name, field="姓名", limit=60))
    set_fields(person, fields, EDITABLE_PERSON_FIELDS)
    insert_row(person)
    return ActionResult(words=f"登记人员“{person.name}”", stream=f"person/{person.pk}", result=person)


@action("units.edit_person", label="修改人员", rule=rules.check_person_manager)
def edit_person(person: Person, *, by: Actor, **fields: object) -> ActionResult:
    """Change a person's name, title or contact details; only the person changes mobile and e-mail if they are locked
    (`is_contact_locked`). The log names the changed fields, not the values."""
    if "name" in fields:
        fields["name"] = tidy_name(read_text(fields, "name"), field="姓名", limit=60)
    different = {name for name in CONTACT_FIELDS & fields.keys() if getattr(person, name) != fields[name]}
    foreign = not by.system and not is_self(by, person.pk)
    if different and foreign and separation.is_contact_locked(person):
        raise Refused(
            f"{person.name}有重要任职或者正待重置密码，手机和电子邮箱只能由本人或者安全保密管理员在人员页面的“修改联系方式”中修改。"
        )
    return _change_fields(person, by, fields)


def _change_fields(person: Person, by: Actor, fields: Mapping[str, object]) -> ActionResult:
    """Set fields of a person and the name of their login; notify a person with a login, at the old contact, if the
    contact changes."""
    labels = {field.name: str(field.verbose_name) for field in person._meta.concrete_fields}
    changed_labels = [labels[name] for name, value in fields.items() if getattr(person, name) != value]
    old_person = copy(person)
    set_fields(person, fields, EDITABLE_PERSON_FIELDS)
    save(person)
    if person.user is not None and person.user.first_name != person.name:
        person.user.first_name = person.name  # Wagtail's sidebar shows it
        person.user.save(update_fields=["first_name"])
    contact_changed = any(getattr(old_person, name) != getattr(person, name) for name in CONTACT_FIELDS)
    text = f"修改{'、'.join(changed_labels)}" if changed_labels else "内容没有变化"
    key = f"contact/{person.pk}/{person.version}"
    tell = (
        (separation.make_owner_notification(old_person, f"{by.name}{text}。", key),)
        if contact_changed and person.user_id
        else ()
    )
    return ActionResult(words=text, tell=tell)


@action("units.change_contact", label="修改联系方式", rule=separation.check_contact_editor)
def change_contact(person: Person, *, by: Actor, mobile: str, email: str) -> ActionResult:
    """Change one's own contact details, or, as a security officer, another person's.

    New passwords are announced to these addresses first.
    """
    return _change_fields(person, by, {"mobile": mobile, "email": email})


@action("units.deactivate", label="离岗", rule=rules.check_may_deactivate)
def deactivate(person: Person, *, by: Actor, on: date | None = None) -> ActionResult:
    """Deactivate a person who leaves: end all appointments and disable the login. Refused for oneself."""
    day = day_or_today(on)
    for post in Appointment.objects.filter(in_force_q(), person=person):
        separation.refuse_last_of_duty(post, day)
    ended_appointments = []
    for appointment in Appointment.objects.filter(person=person).select_related("body__parent"):
        if appointment.end is None or appointment.end > day:
            ended_appointments.append(appointment)
            appointment.end = max(day, appointment.start)
            appointment.save(update_fields=["end"])
    person.active = False
    save(person)
    sync_access(person)
    text = f"{by.name}办理离岗，任职全部结束，账号停用。"
    key = f"leave/{person.pk}/{person.version}"
    return ActionResult(
        words="离岗，任职全部结束，账号停用",
        tell=separation.make_ended_post_notifications(person, ended_appointments, text, key),
    )


def _hash_new_password(person: Person, *, by: Actor, **facts: object) -> Mapping[str, object]:
    """Return a new password as argument `made`, hashed before the lock; {} if the login stays closed or a security
    officer must confirm first."""
    is_unused = facts.get("closed") or (not by.system and separation.is_guarded(person))
    return {} if is_unused else hash_one_time_password(person, by=by, **facts)


@action("units.create_login", label="开通账号", rule=rules.check_person_manager, ahead=_hash_new_password)
def create_login(
    person: Person, *, by: Actor, username: str, closed: bool = False, made: NewPassword | None = None
) -> ActionResult:
    """Create a login; the result is a one-time password, shown once and not stored. For a person in a guarded role
    it is only requested.

    A `closed` login cannot be used until a password is set (`reset_password`); none is made now, because that takes
    half a second.
    """
    write_inserts()
    if person.user_id:
        raise Refused("已有登录账号，忘记密码请办理“重置密码”。")
    if not person.active:
        raise Refused("人员已离岗，不能开通账号。")
    users = get_user_model()
    # As it is stored: full-width signs become plain ones.
    username = users.normalize_username(tidy_name(username, field="账号", limit=150))
    if users.objects.filter(username__iexact=username).exists():
        raise Refused(f"账号“{username}”已被使用，请换一个。")
    is_guarded = not by.system and separation.is_guarded(person)
    password = None if is_guarded or closed else made or hash_password()
    person.user = users.objects.create_user(username=username, email=person.email, first_name=person.name)
    if password:
        password.set_for(person.user)
    person.must_change_password = True
    person.vouched = by.system
    save(person)
    sync_access(person)
    text = f"开通账号“{username}”"
    return (
        ask_for_password(person, by, text)
        if is_guarded
        else ActionResult(words=text, result=password.clear if password else "")
    )


@action("units.reset_password", label="重置密码", rule=rules.check_person_manager, ahead=_hash_new_password)
def reset_password(person: Person, *, by: Actor, made: NewPassword | None = None) -> ActionResult:
    """Set a new one-time password and end the login's open sessions; the result is the password.

    For a person in a guarded role, only request it: the result is empty, and a security officer
    must confirm.
    """
    if person.user is None:
        raise Refused("还没有登录账号，请先开通。")
    if not by.system and separation.is_guarded(person):
        return ask_for_password(person, by, "提请重置密码")
    password = set_one_time_password(person, vouched=by.system, made=made)
    key = f"reset/{person.pk}/{person.version}"
    tell = () if by.system else (separation.make_owner_notification(person, f"{by.name}重置了您的密码。", key),)
    return ActionResult(words="重置密码", result=password, tell=tell)


def _check_self(by: Actor, person: Person) -> list[str]:
    return [] if is_self(by, person.pk) else ["只能修改本人的密码。"]


def _hash_entered_password(_: object, *, by: Actor, password: str, **__: object) -> Mapping[str, object]:
    """Hash the entered password before the lock."""
    return {"made": hash_password(password)}


@action("units.change_password", label="修改密码", rule=_check_self, ahead=_hash_entered_password)
def change_password(person: Person, *, by: Actor, password: str, made: NewPassword) -> ActionResult:
    """Set one's own password (validated by the form), and clear the mark of a one-time password."""
    if person.user is None:
        raise Refused("没有登录账号，请系统管理员“开通账号”。")
    made.set_for(person.user)
    person.must_change_password = False
    save(person)
    return ActionResult(words="修改本人密码")
