"""Actions on opinion cases and promises: everything that changes state."""

from gongkai.work.opinion.actions import duties
from gongkai.work.opinion.actions.collecting import assign, collect
from gongkai.work.opinion.actions.duties import order_measure
from gongkai.work.opinion.actions.judging import consult, consult_further, contribute, guide, judge
from gongkai.work.opinion.actions.leads import Found, add_feed, drop_lead, open_lead, switch_feed, take_in
from gongkai.work.opinion.actions.promising import (
    change_date,
    register,
    reopen,
    report_broken,
    report_kept,
    report_progress,
    reword,
    submit,
    submit_many,
    take_back,
    void,
)
from gongkai.work.opinion.actions.registers import (
    appoint_spokesperson,
    change_field,
    release_spokesperson,
    set_field,
    set_topic,
)
from gongkai.work.opinion.actions.relating import relate, talk
from gongkai.work.opinion.actions.responding import (
    draft_further,
    draft_response,
    evaluate,
    published,
    record_further,
    record_response,
    respond_again,
    submit_response,
)
from gongkai.work.opinion.actions.showing import shown

__all__ = [
    "Found",
    "add_feed",
    "appoint_spokesperson",
    "assign",
    "change_date",
    "change_field",
    "collect",
    "consult",
    "consult_further",
    "contribute",
    "draft_further",
    "draft_response",
    "drop_lead",
    "duties",
    "evaluate",
    "guide",
    "judge",
    "open_lead",
    "order_measure",
    "published",
    "record_further",
    "record_response",
    "register",
    "relate",
    "release_spokesperson",
    "reopen",
    "report_broken",
    "report_kept",
    "report_progress",
    "respond_again",
    "reword",
    "set_field",
    "set_topic",
    "shown",
    "submit",
    "submit_many",
    "submit_response",
    "switch_feed",
    "take_back",
    "take_in",
    "talk",
    "void",
]
