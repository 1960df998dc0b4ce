"""Actions on opinion cases and promises."""

from gongkai.work.opinion.actions import duties
from gongkai.work.opinion.actions.collecting import (
    FeedEntry,
    add_feed,
    assign,
    collect,
    dismiss_lead,
    link_case,
    open_case_from_lead,
    record_accountability_talk,
    store_feed_entries,
    switch_feed,
)
from gongkai.work.opinion.actions.duties import order_measure
from gongkai.work.opinion.actions.judging import consult, consult_further, contribute, judge_case, record_guidance
from gongkai.work.opinion.actions.promising import (
    delete_promise,
    discard_statement,
    propose_date,
    register,
    reopen_promise,
    report_broken,
    report_kept,
    report_progress,
    reword_statement,
    submit_statement,
    submit_statements,
)
from gongkai.work.opinion.actions.registers import (
    add_topic,
    add_watched_field,
    appoint_spokesperson,
    change_watched_field,
    release_spokesperson,
)
from gongkai.work.opinion.actions.responding import (
    draft_further,
    draft_response,
    evaluate,
    published,
    record_further,
    record_response,
    require_further_response,
    submit_response,
)
from gongkai.work.opinion.actions.telling import shown
