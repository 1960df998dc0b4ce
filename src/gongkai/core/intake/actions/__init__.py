"""Actions on parties, query codes, files and retention."""

from gongkai.core.intake.actions.exports import (
    export_words,
    is_code_known_to_staff,
    issue_code,
    log_unmasked_rows,
    open_file,
    renew_code,
    revoke_code,
)
from gongkai.core.intake.actions.parties import (
    amend_party,
    carry_party_over,
    has_self_given_name,
    list_amended,
    note_refused_mail,
    register_party,
    reveal_party,
)
from gongkai.core.intake.actions.retention import (
    erase_party,
    erase_words,
    schedule_erasure,
    schedule_erasures,
)

__all__ = [
    "amend_party",
    "carry_party_over",
    "erase_party",
    "erase_words",
    "export_words",
    "has_self_given_name",
    "is_code_known_to_staff",
    "issue_code",
    "list_amended",
    "log_unmasked_rows",
    "note_refused_mail",
    "open_file",
    "register_party",
    "renew_code",
    "reveal_party",
    "revoke_code",
    "schedule_erasure",
    "schedule_erasures",
]
