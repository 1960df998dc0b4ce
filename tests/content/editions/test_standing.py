"""The validity of a document outside the policy library on a day."""

from datetime import date

import pytest

from gongkai.content.editions.standing import Dated, sentence, state_on

DAY = date(2026, 6, 1)
BEFORE, AFTER = date(2026, 5, 31), date(2026, 6, 2)


@pytest.mark.parametrize(
    ("document", "state", "words"),
    [
        (Dated(), "", ""),
        (Dated("in_force", effective_on=DAY), "in_force", "现行有效，自2026年6月1日起施行"),
        (Dated("in_force", effective_on=AFTER), "not_yet", "尚未施行，自2026年6月2日起施行"),
        (Dated("not_yet", effective_on=DAY), "in_force", "现行有效，自2026年6月1日起施行"),
        (Dated("not_yet"), "not_yet", "尚未施行"),
        (Dated("in_force", ends_on=DAY), "in_force", "现行有效，有效期至2026年6月1日"),
        (Dated("in_force", ends_on=BEFORE), "expired", "有效期已于2026年5月31日届满，仅供查阅"),
        (Dated("amended", since=DAY), "amended", "已被修改（自2026年6月1日起），请以修改后的内容为准"),
        (Dated("amended", since=AFTER), "in_force", "现行有效"),
        (Dated("amended", since=DAY, ends_on=BEFORE), "expired", "有效期已于2026年5月31日届满，仅供查阅"),
        (Dated("repealed", since=DAY, ends_on=BEFORE), "repealed", "已废止（自2026年6月1日起），仅供查阅"),
        (Dated("repealed", since=AFTER), "in_force", "现行有效"),
        (Dated("repealed"), "repealed", "已废止，仅供查阅"),
        (Dated("expired", note="适用期已满"), "expired", "已失效，仅供查阅（适用期已满）"),
    ],
)
def test_state_and_sentence_agree(document: Dated, state: str, words: str) -> None:
    assert state_on(document, DAY) == state
    assert sentence(document, DAY).text == words
    assert sentence(document, DAY).banner == (state not in {"", "in_force"})
