"""Links on telephone numbers that a published text labels as such."""

import pytest

from gongkai.lib.richtext.telephones import link_telephones


@pytest.mark.parametrize(
    ("html", "numbers"),
    [
        ("<p>电话：0799-8001234、8001235转802</p>", ["0799-8001234", "8001235"]),
        ("<tr><th>咨询电话</th><td>8001234</td></tr>", ["8001234"]),
        ("<p>电话/传真：（0799）8001234（工作日）</p>", ["0799-8001234"]),
        ("<p>值班手机（夜间）：13800001234；请拨打12345</p>", ["13800001234", "12345"]),
        ("<p>传真：0799-8001234，邮编：337000</p>", []),
        ("<p>电话费100000元，账号0799-80012341234，2026-11-20</p>", []),
        ('<p>电话：<a href="tel:1">0799-8001234</a></p>', []),
        ("<p>第12345号通知，预算20260101元；手机：98765元</p>", []),
    ],
)
def test_only_labelled_telephone_numbers_are_linked(html: str, numbers: list[str]) -> None:
    made = link_telephones(html)
    assert [part.split('"')[0] for part in made.split(' class="gk-nowrap" href="tel:')[1:]] == numbers
    assert numbers or made == html
