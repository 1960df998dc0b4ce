"""The reply deadline of an information request, rule by rule."""

from datetime import date

import pytest

from gongkai.lib.law import RULE_SETS, ClockStatus, Event, LawError, compute_due, default_calendar
from gongkai.lib.law.commands import run_law_command

REQUEST = RULE_SETS["request"]
CALENDAR = default_calendar()
RECEIVED = "2024-01-02"  # a Tuesday; 7th working day 01-11, 20th 01-30


def clock(*events, received=RECEIVED, today="2024-01-31"):
    """Run the command with events written KIND:DATE[:VALUE]."""
    rows = [dict(zip(("kind", "date", "value"), event.split(":"), strict=False)) for event in events]
    return run_law_command("foi-due", {"received": received, "today": today, "events": rows})


def due_and_status(*events, **more):
    result = clock(*events, **more)
    return result["due"], result["status"]


@pytest.mark.parametrize(
    ("events", "today", "due_date", "status"),
    [
        # art. 33: 20 working days from the day after receipt
        ([], "2024-01-02", "2024-01-30", "running"),
        ([], "2024-01-30", "2024-01-30", "running"),
        ([], "2024-01-31", "2024-01-30", "overdue"),
        (["replied:2024-01-30"], "2024-02-10", "2024-01-30", "closed_in_time"),
        (["replied:2024-01-31"], "2024-02-10", "2024-01-30", "closed_late"),
        (["replied:2024-01-02"], "2024-02-10", "2024-01-30", "closed_in_time"),
        # art. 30: correction stops the clock; the corrected request starts it anew
        (["correction_notice:2024-01-11"], "2024-03-29", None, "paused"),
        (["correction_notice:2024-01-11:10"], "2024-01-25", None, "paused"),
        (["correction_notice:2024-01-11:10"], "2024-01-26", None, "abandoned"),
        (["correction_notice:2024-01-11:10", "corrected:2024-01-25"], "2024-01-25", "2024-02-27", "running"),
        (["correction_notice:2024-01-11:10", "corrected:2024-01-26"], "2024-02-01", None, "abandoned"),
        (["correction_notice:2024-01-11", "corrected:2024-01-11"], "2024-01-11", "2024-02-07", "running"),
        (["correction_notice:2024-01-11", "replied:2024-01-20"], "2024-02-01", None, "closed_in_time"),
        # arts. 32, 33: third parties and agencies, days after the request up to and including the reply
        (["third_party_asked:2024-01-08"], "2024-01-08", None, "paused"),
        (["third_party_asked:2024-01-08"], "2024-01-29", None, "paused"),  # the 15th working day after
        (["third_party_asked:2024-01-08"], "2024-01-30", "2024-02-23", "running"),
        (["third_party_asked:2024-01-08", "third_party_replied:2024-01-15"], "2024-01-15", "2024-02-05", "running"),
        (["third_party_asked:2024-01-08", "third_party_replied:2024-01-08"], "2024-01-15", "2024-01-30", "running"),
        (
            ["third_party_asked:2024-01-08", "third_party_replied:2024-02-05"],  # too late: changes nothing
            "2024-02-05",
            "2024-02-23",
            "running",
        ),
        (
            [
                "third_party_asked:2024-01-08",
                "agency_asked:2024-01-10",
                "third_party_replied:2024-01-12",
                "agency_replied:2024-01-16",
            ],
            "2024-01-20",
            "2024-02-06",  # 01-09 … 01-16 left out once: six working days
            "running",
        ),
        (["third_party_asked:2024-01-08", "replied:2024-01-20"], "2024-02-01", None, "closed_in_time"),
        # art. 33: extension, at most 20 working days in total
        (["extended:2024-01-30"], "2024-01-31", "2024-03-01", "running"),
        (["extended:2024-01-10:5", "extended:2024-01-12:15"], "2024-01-31", "2024-03-01", "running"),
        # fee notice: paused until payment, then restarted; 20 working days to pay
        (["fee_notice:2024-01-30"], "2024-03-01", None, "paused"),
        (["fee_notice:2024-01-30"], "2024-03-02", None, "abandoned"),
        (["fee_notice:2024-01-30", "fee_paid:2024-03-01"], "2024-03-06", "2024-03-29", "running"),
        (["fee_notice:2024-01-30", "fee_paid:2024-03-02"], "2024-03-07", None, "abandoned"),
    ],
)
def test_due_and_status(events, today, due_date, status):
    assert due_and_status(*events, today=today) == (due_date, status)


def test_receipt_on_day_off_starts_on_next_working_day():
    assert due_and_status(received="2024-02-10", today="2024-02-10") == ("2024-03-14", "running")
    assert due_and_status(received="2024-02-17", today="2024-02-17") == ("2024-03-14", "running")


def test_extension_is_kept_when_period_restarts():
    plain = due_and_status("fee_notice:2024-01-15", "fee_paid:2024-01-16")[0]
    assert plain == CALENDAR.add_working_days(date(2024, 1, 16), 20).isoformat()
    longer = due_and_status("extended:2024-01-10", "fee_notice:2024-01-15", "fee_paid:2024-01-16")[0]
    assert longer == CALENDAR.add_working_days(date(2024, 1, 16), 40).isoformat()


@pytest.mark.parametrize(
    "events",
    [
        ["correction_notice:2024-01-12"],  # after the 7th working day
        ["correction_notice:2024-01-08", "corrected:2024-01-09", "correction_notice:2024-01-10"],
        ["correction_notice:2024-01-08", "correction_notice:2024-01-09"],
        ["corrected:2024-01-09"],
        ["correction_notice:2024-01-08", "corrected:2024-01-09", "corrected:2024-01-10"],
        ["third_party_replied:2024-01-09"],
        ["third_party_asked:2024-01-08", "agency_replied:2024-01-09"],
        ["third_party_asked:2024-01-08", "third_party_replied:2024-01-09", "third_party_replied:2024-01-10"],
        ["third_party_asked:2024-01-08", "third_party_asked:2024-01-29"],  # still being asked
        ["third_party_asked:2024-01-31"],
        ["agency_asked:2024-01-31"],
        ["extended:2024-01-31"],
        ["extended:2024-01-10:21"],
        ["extended:2024-01-10:0"],
        ["extended:2024-01-10:-1"],
        ["extended:2024-01-10:５"],
        ["extended:2024-01-10:10", "extended:2024-01-11:11"],
        ["extended:2024-01-10:1", "extended:2024-01-11"],  # the default is 20
        ["fee_notice:2024-01-31"],
        ["fee_paid:2024-01-10"],
        ["fee_notice:2024-01-10", "fee_paid:2024-01-11", "fee_paid:2024-01-12"],
        ["replied:2024-01-10", "replied:2024-01-10"],
        ["replied:2024-01-10", "extended:2024-01-11"],
        ["replied:2024-01-01"],  # before receipt
        ["replied:2024-02-01"],  # after today
        ["received:2024-01-02"],
        ["lost:2024-01-10"],
        ["replied:2024-01-10:3"],
        ["third_party_asked:2024-01-10:3"],
        ["fee_notice:2024-01-10:3"],
        ["correction_notice:2024-01-10:"],
        ["correction_notice:2024-01-10:0"],
        ["replied:2024-1-10"],
        ["replied:2024-02-30"],
        ["replied:2024-01-10\n"],
    ],
)
def test_irregular_or_malformed_events_are_refused(events):
    with pytest.raises(LawError) as refusal:
        clock(*events)
    assert "\n" not in str(refusal.value)


def test_repeated_consultation_after_its_answer_time_is_allowed():
    again = ["third_party_asked:2024-01-08", "third_party_asked:2024-01-30"]
    assert due_and_status(*again, today="2024-01-30") == (None, "paused")


def test_events_of_same_day_keep_given_order():
    asked, replied = "third_party_asked:2024-01-08", "third_party_replied:2024-01-08"
    assert due_and_status(asked, replied)[1] == "overdue"
    with pytest.raises(LawError):
        clock(replied, asked)


def test_steps_have_date_rule_and_text():
    steps = clock("correction_notice:2024-01-08", "corrected:2024-01-10")["steps"]
    assert [step["rule"] for step in steps] == [
        "条例第三十一条",
        "条例第三十条",
        "条例第三十条",
        "条例第三十三条",
    ]
    assert [step["date"] for step in steps] == ["2024-01-02", "2024-01-08", "2024-01-10", "2024-02-06"]
    assert all(step["text"].endswith("。") for step in steps)


def test_year_without_notice_makes_answer_provisional():
    assert clock(received="2026-12-10", today="2026-12-10")["provisional"]
    assert "provisional" not in clock(received="2026-12-01", today="2026-12-01")
    waiting = clock("fee_notice:2026-12-10", received="2026-12-01", today="2026-12-31")
    assert (waiting["status"], "provisional" in waiting) == ("paused", False)
    assert "最迟至第20个工作日" in waiting["steps"][-1]["text"]
    lapsed = ["third_party_asked:2026-10-12"]
    assert "provisional" not in clock(*lapsed, received="2026-10-09", today="2027-05-01")
    noticed = ["correction_notice:2026-10-12:5"]
    assert "provisional" not in clock(*noticed, received="2026-10-09", today="2027-05-01")
    early = ["third_party_asked:2026-12-10", "third_party_replied:2026-12-11"]
    assert "provisional" not in clock(*early, received="2026-12-01", today="2026-12-12")


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"received": None},
        {"received": 20240102},
        {"received": "2024-01-02", "today": None},
        {"received": "2024-01-02", "today": "today"},
        {"received": "2024-01-02", "events": None},
        {"received": "2024-01-02", "events": {}},
        {"received": "2024-01-02", "events": [None]},
        {"received": "2024-01-02", "events": ["replied:2024-01-10"]},
        {"received": "2024-01-02", "events": [{"kind": "replied"}]},
        {"received": "2024-01-02", "events": [{"kind": ["replied"], "date": "2024-01-10"}]},
        {"received": "2024-01-02", "events": [{"kind": "replied", "date": "2024-01-10", "valeu": 1}]},
        {"received": "2024-01-02", "events": [{"kind": "extended", "date": "2024-01-10", "value": 3.0}]},
        {"received": "2024-01-02", "events": [{"kind": "extended", "date": "2024-01-10", "value": True}]},
        {"received": "2024-01-02", "events": [{"kind": "extended", "date": "2024-01-10", "value": None}]},
        {"received": "2024-01-02", "event": []},
        {"received": "9999-12-20"},
    ],
)
def test_malformed_arguments_are_refused(args):
    with pytest.raises(LawError):
        run_law_command("foi-due", args)


def test_dates_outside_supported_range_are_refused():
    for day in ("0001-01-01", "2008-04-30"):
        with pytest.raises(LawError, match="自2008年5月1日起才有规定"):
            clock(received=day, today=day)
    with pytest.raises(LawError, match="超出"):
        clock("third_party_asked:9999-12-30", received="9999-12-29", today="9999-12-31")


# The library accepts late actions.


def test_late_action_is_irregular_and_does_not_move_clock():
    events = [Event("received", date(2024, 1, 2)), Event("extended", date(2024, 2, 5))]
    deadline = compute_due(events, REQUEST, CALENDAR, date(2024, 2, 6))
    assert (deadline.date, deadline.status) == (date(2024, 1, 30), ClockStatus.OVERDUE)
    assert [fault.kind for fault in deadline.irregular] == ["extended"]
    assert any("延长期限" in step.text and "不影响期限" in step.text for step in deadline.steps)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("fee_notice", "申请人仍未缴费的，"),
        ("third_party_asked", "第三方仍未答复的，"),
        ("correction_notice", "仍未收到补正后的申请的，"),
    ],
)
def test_pending_event_is_described_in_step(kind, said):
    value = 15 if kind == "correction_notice" else None
    events = [Event("received", date(2024, 1, 2)), Event(kind, date(2024, 1, 5), value)]
    deadline = compute_due(events, REQUEST, CALENDAR, date(2024, 1, 8))
    assert any(said in step.text for step in deadline.steps)
