"""What the applicant's page says: how it ended, a notice that came too late, a correction that is none, what was typed in vain."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.http import QueryDict

from factories.intake import code, party
from factories.requests import do, register
from gongkai.core.acts.action import Refused
from gongkai.core.intake.following_up import list_typed_words
from gongkai.core.intake.matters import MatterProgress
from gongkai.core.ledger.models import Entry
from gongkai.work.requests.actions.corrections import UNCHANGED_CORRECTION_MESSAGE
from gongkai.work.requests.applicant_matter import REQUEST_MATTER
from gongkai.work.requests.models import Request
from gongkai.work.requests.progress import get_request_progress

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-22 10:00+08:00")]
R = date(2024, 1, 2)


def read(entry: Entry) -> MatterProgress:
    found = get_request_progress(entry.pk)
    assert found
    return found


def words(shown: MatterProgress) -> str:
    return "\n".join(line for part in shown.parts for line in (part.title, *part.sentences))


def follow(entry: Entry, name: str, **data: Any) -> Any:
    one = next(one for one in REQUEST_MATTER.follow_ups if one.name == name)
    return one.act(entry.pk, {"files": [], **data})


def test_what_was_withdrawn_is_no_answer() -> None:
    entry = do(register(received=R), "withdraw", on=date(2024, 1, 5))
    do(entry, "archive", archived_as="2024-1")
    shown = read(entry)
    assert (shown.answer, shown.answered_at) == ("", None)
    assert "您已于2024年1月5日撤回申请" in words(shown)
    assert "可以重新提出申请" in words(shown)
    assert "行政复议" not in words(shown)
    assert "第三十六条" not in words(shown)


@pytest.mark.parametrize(
    ("result", "on", "said", "remedies"),
    [
        ("3.6.3", date(2024, 1, 5), "登记为“其他处理”，没有作出答复", False),
        ("3.6.1", date(2024, 1, 5), "依据：《条例》第三十条。", True),
        ("3.6.2", date(2024, 1, 5), "依据：国办函〔2020〕109号。", True),
    ],
)
def test_what_a_register_only_calls_ended_is_said_in_plain_words(result, on, said, remedies) -> None:
    """Its page says no more that an answer is owed."""
    entry = register(received=R)
    with time_machine.travel("2024-03-20 10:00+08:00", tick=False):
        shown = read(do(entry, "record_ended", result=result, on=on))
    assert said in words(shown)
    assert not shown.answer
    assert "还没有答复" not in words(shown)
    assert ("行政复议" in words(shown)) is remedies


def test_a_correction_asked_too_late_threatens_nobody() -> None:
    """Seven working days are over on 11 January: the clock runs on, and what is sent all the same is taken without a new period."""
    entry = register(received=R)
    late = do(entry, "ask_correction", items="请写明项目名称", days=10, on=date(2024, 1, 16), past=True)
    shown = read(late)
    assert "视为放弃" not in words(shown)
    assert "补正有助于" in words(shown)
    assert "仍应在2024年1月30日以前答复您" in words(shown)
    assert shown.due == date(2024, 1, 30)
    assert not next(one for one in shown.stages if one.current).detail
    assert "照旧" in follow(entry, "correct", wanted="老旧小区改造项目清单（2023年）")
    assert read(entry).due == date(2024, 1, 30)


def test_a_correction_in_time_says_its_last_day_and_must_change_something() -> None:
    entry = do(register(received=R), "ask_correction", items="请写明年度", days=15, on=date(2024, 1, 5))
    assert "请在2024年1月26日（含当日）以前补正" in words(read(entry))
    before = Request.objects.get(pk=entry.pk).content
    with pytest.raises(Refused, match=UNCHANGED_CORRECTION_MESSAGE[:8]):
        follow(entry, "correct", wanted=f" {before}\n")
    assert "重新计算" in follow(entry, "correct", wanted=f"{before}，2023年")


def test_a_revoked_answer_says_why_to_whom_its_letter_is_handed_out() -> None:
    entry = do(register(received=R), "decide", result="3.4.1", ground="经检索没有这项信息")
    do(entry, "revoke_answer", reason="检索有遗漏，档案室另有一份。")
    assert "理由见告知书" in words(read(entry))
    party(f"request/{entry.pk}")
    code(f"request/{entry.pk}", "1234")
    assert "理由：检索有遗漏，档案室另有一份。" in words(read(entry))


def test_a_part_is_withdrawn_by_what_the_clerk_reads() -> None:
    entry = register(received=R)
    follow(entry, "withdraw_part", part="资金安排不用了")
    assert Request.objects.get().supplements.get().text.reveal() == "【撤回其中一部分】资金安排不用了"
    assert Entry.objects.get(pk=entry.pk).state == "open"


def test_what_was_typed_in_vain_is_shown_back() -> None:
    post = QueryDict("follow_up=correct&wanted=2023年的清单&pass=x&sure=on")
    assert list_typed_words(post) == [("补正后的申请内容", "2023年的清单")]


def test_an_applicant_whose_answer_is_late_reads_what_to_do() -> None:
    entry = register(received=R)
    assert "已经超过答复期限" not in words(read(entry))
    with time_machine.travel("2024-02-20 10:00+08:00", tick=False):
        assert "已经超过答复期限" in words(read(entry))
