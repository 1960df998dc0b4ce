"""SQL conditions under which the database accepts signatures, secrecy sheets and records of shown parts."""

from collections.abc import Iterable

from gongkai.content.reviewing.states import OPEN_STATES, ReviewState


def _quote_states_for_sql(states: Iterable[ReviewState]) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


_SAME_TEXT_CONDITION = (
    "EXISTS (SELECT 1 FROM reviewing_review r WHERE r.id = NEW.review_id AND r.source = NEW.source"
    " AND r.revision_id = NEW.revision_id AND r.content_digest = NEW.content_digest AND r.state IN ({states}))"
)
#: SQL condition for inserting a signature: for the text of the running review, by an independent
#: person.
SIGNATURE_INSERT_CONDITION_SQL = (
    _SAME_TEXT_CONDITION.format(states=_quote_states_for_sql(OPEN_STATES))  # noqa: S608 - constants
    + " AND length(NEW.digest) = 64 AND (NEW.recorder_id IS NULL OR NEW.recorder_id <> NEW.person_id)"
    " AND (NEW.scan = '' OR (NEW.confirmer_id IS NOT NULL AND NEW.confirmer_id <> NEW.recorder_id))"
    " AND (NEW.verdict = 'no' OR NOT EXISTS (SELECT 1 FROM reviewing_signature s WHERE s.review_id = NEW.review_id"
    " AND s.verdict = 'yes' AND (s.person_id = NEW.person_id OR s.account_id = NEW.account_id)))"
)
#: SQL condition that the review is open, so that nothing is recorded as shown afterwards.
REVIEW_RUNNING_SQL = (
    "EXISTS (SELECT 1 FROM reviewing_review r WHERE r.id = NEW.review_id"  # noqa: S608 - constants
    f" AND r.state IN ({_quote_states_for_sql(OPEN_STATES)}))"
)
#: SQL condition for inserting a secrecy sheet.
SHEET_INSERT_CONDITION_SQL = (
    _SAME_TEXT_CONDITION.format(states=_quote_states_for_sql([ReviewState.WAITING])) + " AND length(NEW.digest) = 64"
)
