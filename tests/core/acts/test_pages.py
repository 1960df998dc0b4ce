"""Messages that pages show after an action."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest

from gongkai.core.acts.action import Refused
from gongkai.core.acts.pages import add_form_error_messages, run_with_messages


@pytest.fixture
def request_(rf):
    made: HttpRequest = rf.post("/")
    made.session = {}
    made._messages = FallbackStorage(made)
    return made


def list_messages(request: HttpRequest) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(request)]


def raise_refused() -> None:
    raise Refused(["已办结。", "不归您办理。"])


def test_reasons_and_success_become_messages(request_):
    assert not run_with_messages(request_, raise_refused, "已保存。")
    assert run_with_messages(request_, lambda: None, "已保存。")
    assert list_messages(request_) == [
        ("error", "已办结。不用再办一次；刷新本页可以看到现在的情况。"),
        ("error", "不归您办理。"),
        ("success", "已保存。"),
    ]


def test_form_errors_name_their_fields(request_):
    class Form(forms.Form):
        name = forms.CharField(label="名称")

    form = Form({})
    form.is_valid()
    form.add_error(None, "两者只填一个。")
    add_form_error_messages(request_, form)
    assert [words.partition("：")[0] for _, words in list_messages(request_)] == ["名称", "两者只填一个。"]
