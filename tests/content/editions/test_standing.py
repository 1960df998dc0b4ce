"""The validity of a document outside the policy library on a day."""

from datetime import date

import pytest

from gongkai.content.editions.standing import DatedStanding, state_began_on, state_on, validity_sentence

DAY = date(2026, 6, 1)
BEFORE, AFTER = date(2026, 5, 31), date(2026, 6, 2)


@pytest.mark.parametrize(
    ("document", "state", "words"),
    [
        (DatedStanding(), "", ""),
        (DatedStanding("in_force", ends_when="至解除之日止"), "open_ended", "没有宣布失效，原文写明“至解除之日止”"),
        (
            DatedStanding("not_yet", effective_on=DAY, ends_when="至解除之日止"),
            "open_ended",
            "没有宣布失效，自2026年6月1日起施行，原文写明“至解除之日止”",
        ),
        (
            DatedStanding("not_yet", effective_on=AFTER, ends_when="至解除之日止"),
            "not_yet",
            "尚未施行，自2026年6月2日起施行，原文写明“至解除之日止”",
        ),
        (DatedStanding("in_force", effective_on=DAY), "in_force", "现行有效，自2026年6月1日起施行"),
        (DatedStanding("in_force", effective_on=AFTER), "not_yet", "尚未施行，自2026年6月2日起施行"),
        (DatedStanding("not_yet", effective_on=DAY), "in_force", "现行有效，自2026年6月1日起施行"),
        (DatedStanding("not_yet"), "not_yet", "尚未施行"),
        (DatedStanding("in_force", ends_on=DAY), "in_force", "现行有效，有效期至2026年6月1日"),
        (DatedStanding("in_force", ends_on=BEFORE), "expired", "有效期已于2026年5月31日届满，仅供查阅"),
        (DatedStanding("amended", since=DAY), "amended", "已被修改（自2026年6月1日起），请以修改后的内容为准"),
        (DatedStanding("amended", since=AFTER), "in_force", "现行有效"),
        (DatedStanding("amended", since=DAY, ends_on=BEFORE), "expired", "有效期已于2026年5月31日届满，仅供查阅"),
        (DatedStanding("repealed", since=DAY, ends_on=BEFORE), "repealed", "已废止（自2026年6月1日起），仅供查阅"),
        (DatedStanding("repealed", since=AFTER), "in_force", "现行有效"),
        (DatedStanding("repealed"), "repealed", "已废止，仅供查阅"),
        (DatedStanding("expired", note="适用期已满"), "expired", "已失效，仅供查阅（适用期已满）"),
    ],
)
def test_state_and_sentence_agree(document: DatedStanding, state: str, words: str) -> None:
    assert state_on(document, DAY) == state
    assert validity_sentence(document, DAY).text == words
    assert validity_sentence(document, DAY).banner == (state not in {"", "in_force"})


@pytest.mark.parametrize(
    ("document", "since"),
    [
        (DatedStanding("in_force", since=BEFORE), None),  # no day is stated
        (DatedStanding("in_force", since=BEFORE, effective_on=DAY), DAY),
        (DatedStanding("not_yet", since=BEFORE, effective_on=AFTER), None),
        (DatedStanding("open_ended", since=BEFORE, effective_on=BEFORE, ends_when="至解除之日止"), BEFORE),
        (DatedStanding("in_force", effective_on=BEFORE, ends_on=BEFORE), DAY),
        (DatedStanding("expired", since=DAY, ends_on=BEFORE), DAY),
        (DatedStanding("amended", since=DAY, effective_on=BEFORE), DAY),
        (DatedStanding("amended", since=AFTER, effective_on=BEFORE), BEFORE),
    ],
)
def test_a_state_began_on_the_day_that_text_or_decision_name(document: DatedStanding, since: date | None) -> None:
    assert state_began_on(document, DAY) == since
