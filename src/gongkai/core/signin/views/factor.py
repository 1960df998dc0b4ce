"""Pages of the second factor: verification and set-up."""

from base64 import b32encode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from gongkai.core.signin import factors, passkeys
from gongkai.core.signin.views import passkeys as views
from gongkai.core.units.actors import get_actor
from gongkai.core.units.forms.people import OwnPasswordForm
from gongkai.core.units.models import Person


class SecondFactorForm(forms.Form):
    """Form for an authenticator code or a recovery code."""

    code = forms.CharField(
        label="验证码",
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "autofocus": True,
                "spellcheck": "false",
            }
        ),
        help_text="验证器上的6位数字；手机不在身边时，用一个恢复码",
    )


def _get_next_url(request: HttpRequest) -> str:
    """Return the page of this site to open after verification."""
    next_url = request.GET.get("next", "")
    is_own_url = url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure())
    return next_url if is_own_url else reverse("wagtailadmin_home")


@never_cache
def verify_page(request: HttpRequest) -> HttpResponse:
    """Page: ask for a passkey or a code, then continue."""
    if not factors.has_factor(request.user):
        return HttpResponseRedirect(reverse("signin:set_up"))
    keys, fault = passkeys.list_passkeys(request.user), ""
    browser_answer = bool(keys) and request.POST.get("answer", "")
    form = SecondFactorForm(None if browser_answer else request.POST or None)
    if browser_answer:
        fault = views.verify_passkey_answer(request, str(browser_answer))
        if not fault:
            return HttpResponseRedirect(_get_next_url(request))
    elif request.method == "POST" and form.is_valid():
        if factors.verify_code(request, form.cleaned_data["code"]):
            return HttpResponseRedirect(_get_next_url(request))
        form.add_error("code", "验证码不对，或者已经用过。请等验证器显示下一个再试；连续输错会暂时不能再试。")
    keys = [] if passkeys.explain_unusable_passkeys() else passkeys.list_passkeys(request.user)
    context = {
        "form": form,
        "why": fault,
        "timed": factors.find_authenticator(request.user) is not None,
        "origin": passkeys.find_origin(),
        "options": passkeys.begin_passkey_check(request, keys) if keys else "",
    }
    return render(request, "signin/verify.html", context)


def _make_password_form(request: HttpRequest) -> OwnPasswordForm | None:
    """Return the form that replaces the user's one-time password; None if the password need not be changed."""
    person = Person.objects.filter(user_id=request.user.pk or 0, must_change_password=True).first()
    return OwnPasswordForm(target=person, by=get_actor(request.user)) if person else None


@never_cache
def set_up_page(request: HttpRequest) -> HttpResponse:
    """Page: set up an authenticator with QR code, first code and one-time display of recovery codes.

    Users with a factor must pass it first.
    """
    user = factors.get_login(request)
    if factors.has_factor(user) and not factors.is_verified(request):
        return HttpResponseRedirect(reverse("signin:verify"))
    device = factors.begin_setup(request)
    form = SecondFactorForm(request.POST or None)
    form.fields["code"].help_text = "扫描后，验证器显示的6位数字"
    if request.method == "POST" and form.is_valid():
        codes = factors.confirm_setup(request, "".join(form.cleaned_data["code"].split()))
        if codes:
            codes_context = {
                "codes": codes,
                "next": _get_next_url(request),
                "made": "验证器已设好",
                "password_form": _make_password_form(request),
            }
            return render(request, "signin/codes.html", codes_context)
        form.add_error("code", "验证码不对。请确认手机时间准确，等验证器显示下一个再试。")
    key = b32encode(device.bin_key).decode()
    context = {
        "form": form,
        "picture": factors.qr_code(device),
        "key": " ".join(key[index : index + 4] for index in range(0, len(key), 4)),
        "asked": factors.needs_second_factor(user),
        "again": factors.find_authenticator(user) is not None,
        "keys": not passkeys.explain_unusable_passkeys(),
    }
    return render(request, "signin/set_up.html", context)
