"""Third-party evaluators: logins that open only their indicators of one round."""

from collections.abc import Sequence
from datetime import date

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.units.actions.passwords import ask_for_password
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Person
from gongkai.oversight.assessment import rules
from gongkai.oversight.assessment.models import Evaluator, Indicator, Round, Way

#: Django group of evaluators; the middleware restricts it to the evaluation pages.
GROUP = "assessment:evaluator"


def group() -> Group:
    """Return the evaluators' group with its single permission."""
    made, _ = Group.objects.get_or_create(name=GROUP)
    enter = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin").first()
    if enter is not None:
        made.permissions.add(enter)
    return made


@action("assessment.invite_evaluator", label="委托第三方", rule=rules.runs)
def invite_evaluator(
    round_: Round,
    *,
    by: Actor,
    organisation: str,
    name: str,
    username: str,
    indicators: Sequence[Indicator],
    until: date,
) -> ActionResult:
    """Register a third-party evaluator with a locked login; return the evaluator.

    A security officer sets the password and hands it over.
    """
    wrong = [
        indicator for indicator in indicators if indicator.scheme_id != round_.scheme_id or indicator.way != Way.THIRD
    ]
    if wrong or not indicators:
        raise Refused("请选择由第三方评估的指标。")
    if until < timezone.localdate():
        raise Refused("评估截止日期不能早于今天。")
    if not organisation.strip() or not name.strip() or not username.strip():
        raise Refused("请填写机构、姓名和账号。")
    users = get_user_model()
    if users.objects.filter(username__iexact=username.strip()).exists():
        raise Refused(f"账号“{username}”已被使用，请换一个。")
    user = users.objects.create_user(username=username.strip(), password=None, first_name=name.strip())
    user.groups.add(group())
    person = Person.objects.create(
        name=name.strip()[:60], title=organisation.strip()[:60], user=user, must_change_password=True
    )
    made = Evaluator.objects.create(round=round_, person=person, organisation=organisation.strip()[:120], until=until)
    made.indicators.set(indicators)
    codes = [indicator.code for indicator in indicators]
    asked = ask_for_password(person, by, f"开通第三方评估账号“{user.get_username()}”")
    return ActionResult(
        words=f"委托{made.organisation}（{person.name}）评估{'、'.join(codes)}，密码待安全保密管理员确认",
        facts={"evaluator": made.pk, "indicators": codes, **asked.facts},
        result=made,
        tell=asked.tell,
    )


@action("assessment.end_evaluator", label="结束委托", rule=rules.runs)
def end_evaluator(evaluator: Evaluator, *, by: Actor) -> ActionResult:
    """Close an evaluator's login; their scores remain."""
    if evaluator.ended_on:
        raise Refused("已经结束。")
    evaluator.ended_on = timezone.localdate()
    evaluator.save(update_fields=["ended_on"])
    others = Evaluator.objects.filter(person=evaluator.person, ended_on=None).exists()
    if evaluator.person.user and not others:
        evaluator.person.active = False  # the job that updates logins reads this field
        evaluator.person.save(update_fields=["active"])
        evaluator.person.user.is_active = False
        evaluator.person.user.save(update_fields=["is_active"])
    return ActionResult(words=f"结束委托{evaluator}")


def engaged_by(person: Person) -> Body | None:
    """Return the government for which a person evaluates.

    Such logins are protected like those of people who sign (`separation.HOLDERS`).
    """
    found = Evaluator.objects.filter(person=person, ended_on=None).select_related("round__body").first()
    return found.round.body if found else None
