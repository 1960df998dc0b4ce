"""The second factor: asked for at the door, and set up."""

from base64 import b32encode

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from gongkai.signin import factors


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code."""

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


def _next(request: HttpRequest) -> str:
    after = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return after if safe else reverse("wagtailadmin_home")


def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code; lead on to where one wanted to go."""
    if factors.authenticator_of(request.user) is None:
        return HttpResponseRedirect(reverse("signin:set_up"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if factors.verify(request, form.cleaned_data["code"]):
            return HttpResponseRedirect(_next(request))
        form.add_error("code", "验证码不对，或者已经用过。请等验证器显示下一个再试；连续输错会暂时不能再试。")
    return render(request, "signin/verify.html", {"form": form})


def set_up(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator: a picture to scan, its first code, then the recovery codes, shown once.

    Who has one passes it first: a session of which somebody else has the password must not replace it.
    """
    user = factors.login_of(request)
    if factors.authenticator_of(user) is not None and not factors.is_verified(request):
        return HttpResponseRedirect(reverse("signin:verify"))
    device = factors.begin(request)
    form = CodeForm(request.POST or None)
    form.fields["code"].help_text = "扫描后，验证器显示的6位数字"
    if request.method == "POST" and form.is_valid():
        codes = factors.confirm(request, "".join(form.cleaned_data["code"].split()))
        if codes:
            return _no_store(render(request, "signin/codes.html", {"codes": codes, "next": _next(request)}))
        form.add_error("code", "验证码不对。请确认手机时间准确，等验证器显示下一个再试。")
    key = b32encode(device.bin_key).decode()
    context = {
        "form": form,
        "picture": factors.picture(device),
        "key": " ".join(key[at : at + 4] for at in range(0, len(key), 4)),
        "asked": factors.wants_factor(user),
        "again": factors.authenticator_of(user) is not None,
        "issuer": settings.OTP_TOTP_ISSUER,
    }
    return _no_store(render(request, "signin/set_up.html", context))


def _no_store(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
