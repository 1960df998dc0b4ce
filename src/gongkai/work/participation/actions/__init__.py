"""Actions of decisions, comments, open days and surveys."""

from gongkai.work.participation.actions.announcing import (
    close_feedback_entry,
    drop_announcement,
    open_feedback_entry,
    start_announcement,
    write_announcement,
)
from gongkai.work.participation.actions.catalogues import (
    alter_decision,
    list_decision,
    open_catalogue,
    remove_decision,
    set_consent,
)
from gongkai.work.participation.actions.commenting import (
    SubmittedComment,
    answer_point,
    answer_points,
    group_comments,
    register_comment,
    register_comments,
    set_point,
    write_point,
)
from gongkai.work.participation.actions.deciding import (
    evaluate,
    exempt_from_comment,
    link_document,
    open_comment_period,
    record_adoption_table,
    record_examination,
    record_meeting_decision,
    record_published_evaluation,
    record_published_result,
    return_for_changes,
    submit,
    terminate_decision,
)
from gongkai.work.participation.actions.opening import (
    announce_opening,
    attach_opening_papers,
    change_opening,
    drop_opening,
    drop_opening_paper,
    link_opening,
    prove_by_opening,
    register_opening,
    unlink_opening,
)
from gongkai.work.participation.actions.surveying import (
    add_question,
    announce_survey,
    change_question,
    change_survey,
    draft_findings,
    drop_question,
    drop_survey,
    move_question,
    open_survey,
    record_published_findings,
    register_survey,
    reply_survey,
)
