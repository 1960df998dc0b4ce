"""Texts of the applicant's page: results, late notices, unchanged corrections, values typed in vain."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.http import QueryDict

from factories.intake import issue_query_code, party
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


def get_progress(entry: Entry) -> MatterProgress:
    found = get_request_progress(entry.pk)
    assert found
    return found


def progress_text(shown: MatterProgress) -> str:
    return "\n".join(line for part in shown.parts for line in (part.title, *part.sentences))


def follow_up(entry: Entry, name: str, **data: Any) -> Any:
    one = next(one for one in REQUEST_MATTER.follow_ups if one.name == name)
    return one.act(entry.pk, {"files": [], **data})


def test_withdrawn_request_shows_no_answer() -> None:
    entry = do(register(received=R), "withdraw", on=date(2024, 1, 5))
    do(entry, "archive", archived_as="2024-1")
    shown = get_progress(entry)
    assert (shown.answer, shown.answered_at) == ("", None)
    assert "您已于2024年1月5日撤回申请" in progress_text(shown)
    assert "可以重新提出申请" in progress_text(shown)
    assert "行政复议" not in progress_text(shown)
    assert "第三十六条" not in progress_text(shown)


@pytest.mark.parametrize(
    ("result", "on", "said", "remedies"),
    [
        ("3.6.3", date(2024, 1, 5), "登记为“其他处理”，没有作出答复", False),
        ("3.6.1", date(2024, 1, 5), "依据：《条例》第三十条。", True),
        ("3.6.2", date(2024, 1, 5), "依据：国办函〔2020〕109号。", True),
    ],
)
def test_externally_ended_request_is_described_in_plain_words(result, on, said, remedies) -> None:
    """The page does not show an answer as pending."""
    entry = register(received=R)
    with time_machine.travel("2024-03-20 10:00+08:00", tick=False):
        shown = get_progress(do(entry, "record_ended", result=result, on=on))
    assert said in progress_text(shown)
    assert not shown.answer
    assert "还没有答复" not in progress_text(shown)
    assert ("行政复议" in progress_text(shown)) is remedies


def test_late_correction_notice_does_not_threaten_abandonment() -> None:
    """Seven working days end on 11 January: the clock continues, and a correction is accepted without a new period."""
    entry = register(received=R)
    late = do(entry, "ask_correction", items="请写明项目名称", days=10, on=date(2024, 1, 16), past=True)
    shown = get_progress(late)
    assert "视为放弃" not in progress_text(shown)
    assert "补正有助于" in progress_text(shown)
    assert "仍应在2024年1月30日以前答复您" in progress_text(shown)
    assert shown.due == date(2024, 1, 30)
    assert not next(one for one in shown.stages if one.current).detail
    assert "照旧" in follow_up(entry, "correct", wanted="老旧小区改造项目清单（2023年）")
    assert get_progress(entry).due == date(2024, 1, 30)


def test_correction_shows_last_day_and_must_change_request() -> None:
    entry = do(register(received=R), "ask_correction", items="请写明年度", days=15, on=date(2024, 1, 5))
    assert "请在2024年1月26日（含当日）以前补正" in progress_text(get_progress(entry))
    before = Request.objects.get(pk=entry.pk).content
    with pytest.raises(Refused, match=UNCHANGED_CORRECTION_MESSAGE[:8]):
        follow_up(entry, "correct", wanted=f" {before}\n")
    assert "重新计算" in follow_up(entry, "correct", wanted=f"{before}，2023年")


def test_revocation_reason_is_shown_to_those_who_may_read_the_letter() -> None:
    entry = do(register(received=R), "decide", result="3.4.1", ground="经检索没有这项信息")
    do(entry, "revoke_answer", reason="检索有遗漏，档案室另有一份。")
    assert "理由见告知书" in progress_text(get_progress(entry))
    party(f"request/{entry.pk}")
    issue_query_code(f"request/{entry.pk}", "1234")
    assert "理由：检索有遗漏，档案室另有一份。" in progress_text(get_progress(entry))


def test_part_is_withdrawn_in_words_for_the_clerk() -> None:
    entry = register(received=R)
    follow_up(entry, "withdraw_part", part="资金安排不用了")
    assert Request.objects.get().supplements.get().text.reveal() == "【撤回其中一部分】资金安排不用了"
    assert Entry.objects.get(pk=entry.pk).state == "open"


def test_values_typed_in_vain_are_listed() -> None:
    post = QueryDict("follow_up=correct&wanted=2023年的清单&pass=x&sure=on")
    assert list_typed_words(post) == [("补正后的申请内容", "2023年的清单")]


def test_overdue_answer_shows_remedies() -> None:
    entry = register(received=R)
    assert "已经超过答复期限" not in progress_text(get_progress(entry))
    with time_machine.travel("2024-02-20 10:00+08:00", tick=False):
        assert "已经超过答复期限" in progress_text(get_progress(entry))
