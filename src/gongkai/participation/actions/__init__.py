"""Everything that changes state in this room."""

from gongkai.participation.actions.announcing import (
    answer_owed,
    drop_announcement,
    owe_answer,
    start_announcement,
    write_announcement,
)
from gongkai.participation.actions.catalogues import (
    alter,
    list_decision,
    open_catalogue,
    remove,
    set_consent,
)
from gongkai.participation.actions.commenting import (
    answer_point,
    group_comments,
    register_comment,
    set_point,
    write_point,
)
from gongkai.participation.actions.deciding import (
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

__all__ = [
    "alter",
    "answer_owed",
    "answer_point",
    "cease",
    "comments_answered",
    "comments_opened",
    "decide",
    "drop_announcement",
    "evaluate",
    "evaluation_published",
    "examine",
    "exempt",
    "group_comments",
    "link_document",
    "list_decision",
    "open_catalogue",
    "owe_answer",
    "register_comment",
    "remove",
    "result_published",
    "return_for_changes",
    "set_consent",
    "set_point",
    "start_announcement",
    "submit",
    "write_announcement",
    "write_point",
]
