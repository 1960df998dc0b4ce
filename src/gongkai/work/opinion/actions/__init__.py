"""Actions on opinion cases and promises."""

from gongkai.work.opinion.actions import duties
from gongkai.work.opinion.actions.collecting import (
    Found,
    add_feed,
    assign,
    collect,
    drop_lead,
    open_lead,
    relate,
    switch_feed,
    take_in,
    talk,
)
from gongkai.work.opinion.actions.duties import order_measure
from gongkai.work.opinion.actions.judging import consult, consult_further, contribute, guide, judge
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
from gongkai.work.opinion.actions.telling import shown
