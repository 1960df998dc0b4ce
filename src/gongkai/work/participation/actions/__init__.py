"""Actions of decisions, comments, open days and surveys."""

from gongkai.work.participation.actions.announcing import (
    answer_owed,
    drop_announcement,
    owe_answer,
    start_announcement,
    write_announcement,
)
from gongkai.work.participation.actions.catalogues import (
    alter,
    list_decision,
    open_catalogue,
    remove,
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
    cease,
    comments_answered,
    comments_opened,
    decide,
    evaluate,
    evaluation_published,
    examine,
    exempt,
    link_document,
    result_published,
    return_for_changes,
    submit,
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
    register_survey,
    reply_survey,
    survey_answered,
    survey_opened,
)
