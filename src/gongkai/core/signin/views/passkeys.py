"""Pages to add and remove one's own passkeys."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django_otp import login

from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.signin import actions, factors, passkeys
from gongkai.core.signin.models import OperationKind, Passkey
from gongkai.core.signin.operations import record_operation
from gongkai.core.signin.sessions import end_other_sessions
from gongkai.core.units.actors import SYSTEM, get_actor
from gongkai.core.units.forms.bodies import EmptyForm
from gongkai.core.units.models import Person
from gongkai.core.units.views.act import ActPage


class PasskeyForm(forms.Form):
    """Form for the name of a passkey, with the browser's answer."""

    name = forms.CharField(
        label="名称",
        max_length=40,
        help_text="以后凭它认出是哪一个，如“办公室电脑”“本人手机”“U盾”。",
    )
    answer = forms.CharField(max_length=passkeys.MAX_ANSWER_BYTES, widget=forms.HiddenInput(), required=False)


@never_cache
def add_passkey_page(request: HttpRequest) -> HttpResponse:
    """Page: create a passkey; users with a factor pass it first."""
    user = factors.get_login(request)
    if factors.has_factor(user) and not factors.is_verified(request):
        return HttpResponseRedirect(reverse("signin:verify"))
    person = Person.objects.filter(user=user).first()
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and person is not None and form.is_valid():
        name = " ".join(form.cleaned_data["name"].split())
        try:
            new_key = passkeys.read_new_key(request, form.cleaned_data["answer"])
            key = actions.add_passkey(person, by=get_actor(user), name=name, key=new_key)
        except passkeys.InvalidPasskeyAnswer:
            record_operation(OperationKind.FACTOR_FAILED, request, text="登记通行密钥")
            form.add_error(None, "没有登记成功，请再试一次。")
        except Refused as refused:
            form.add_error(None, "".join(refused.reasons))
        else:
            factors.mark_verified(request, key)
            record_operation(OperationKind.FACTOR_SET, request, text=f"通行密钥“{name}”")
            codes = factors.renew_used_up_codes(user)
            if codes:
                codes_context = {"codes": codes, "next": reverse("signin:own"), "made": "通行密钥已登记"}
                return render(request, "signin/codes.html", codes_context)
            messages.success(request, f"已登记通行密钥“{name}”。")
            return HttpResponseRedirect(reverse("signin:own"))
    unusable_reason = passkeys.explain_unusable_passkeys() or (
        "" if person else "这个账号没有登记人员，不能登记通行密钥。"
    )
    context = {
        "form": form,
        "why": unusable_reason,
        "asked": factors.needs_second_factor(user),
        "first": not factors.has_factor(user),
        "origin": passkeys.find_origin(),
        "options": ""
        if unusable_reason
        else passkeys.begin_passkey_setup(request, user, person.name if person else ""),
    }
    return render(request, "signin/passkey.html", context)


def verify_passkey_answer(request: HttpRequest, answer: str) -> str:
    """Verify the browser's passkey answer; return a Chinese error, or ""."""
    user = factors.get_login(request)
    try:
        key = passkeys.verify_passkey(request, user, answer)
    except passkeys.CopiedPasskey as copied:
        text = f"通行密钥“{copied.key.name}”可能被人复制，已停用"
        actions.suspend_passkey(Person.objects.get(user=user), by=SYSTEM, key=copied.key)
        end_other_sessions(user.pk, request.session.session_key)
        record_operation(OperationKind.FACTOR_FAILED, request, text=text)
        return f"{text}。请用验证器或者恢复码，并告诉安全保密管理员。"
    except passkeys.InvalidPasskeyAnswer:
        record_operation(OperationKind.FACTOR_FAILED, request, text="通行密钥")
        return "通行密钥没有通过，请再试一次，或者用验证码、恢复码。"
    login(request, key)
    record_operation(OperationKind.FACTOR, request, text=f"通行密钥“{key.name}”")
    return ""


def _find_own_passkey(request: HttpRequest, pk: int) -> Passkey:
    return get_visible_or_404(request.user, Passkey, pk)


def _log_removal(request: HttpRequest, target: Passkey, result: object) -> None:
    """Log the removal of a passkey; delete the recovery codes if it was the last factor."""
    user = factors.get_login(request)
    record_operation(OperationKind.FACTOR_REMOVED, request, text=f"通行密钥“{target.name}”")
    if not factors.has_factor(user):
        factors.delete_recovery_codes(user)


def _get_own_url(target: object, result: object) -> str:
    return reverse("signin:own")


#: View: remove one of the user's own passkeys.
REMOVE_PASSKEY_PAGE = ActPage(
    actions.remove_passkey,
    EmptyForm,
    _find_own_passkey,
    done=_get_own_url,
    finish=_log_removal,
    explain="删除后不能再用它通过第二重验证；手机或电脑上保存的那一份，请在设备的设置里另行删除。",
)
