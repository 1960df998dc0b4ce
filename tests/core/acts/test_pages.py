"""Pages say what came of an action."""

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


def said(request: HttpRequest) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(request)]


def refuse() -> None:
    raise Refused(["已办结。", "不归您办理。"])


def test_each_reason_is_said_and_what_was_done(request_):
    assert not run_with_messages(request_, refuse, "已保存。")
    assert run_with_messages(request_, lambda: None, "已保存。")
    assert said(request_) == [
        ("error", "已办结。不用再办一次；刷新本页可以看到现在的情况。"),
        ("error", "不归您办理。"),
        ("success", "已保存。"),
    ]


def test_wrong_fields_are_named(request_):
    class Form(forms.Form):
        name = forms.CharField(label="名称")

    form = Form({})
    form.is_valid()
    form.add_error(None, "两者只填一个。")
    add_form_error_messages(request_, form)
    assert [words.partition("：")[0] for _, words in said(request_)] == ["名称", "两者只填一个。"]
