"""What is no personal data since its source or the directory says that it is public."""

import pytest

from factories.units import BodyFactory
from gongkai.content.checks.remark import Remark
from gongkai.content.checks.report import remove_public_mailboxes

pytestmark = pytest.mark.django_db


def mail(words: str) -> Remark:
    return Remark("f", "privacy", "email", "text", "正文", words, "", "", "电子邮箱", "", True)


def test_a_units_registered_mailbox_is_its_own_and_nobodys() -> None:
    BodyFactory(email="jiaoyu@yunling.example")
    kept = remove_public_mailboxes([mail("JiaoYu@yunling.example"), mail("zhang.san@yunling.example")])
    assert [one.words for one in kept] == ["zhang.san@yunling.example"]
