"""What the database itself asks of a signature and a secrecy sheet before it takes the row in: SQL on NEW that both databases understand.

It holds for whoever writes past the actions. What still fits (a row for a running review, of its very text) counts for nothing without its
movement in the log: `publish` and `audit verify` hold each against it.
"""

_TEXT = (
    "EXISTS (SELECT 1 FROM reviewing_review r WHERE r.id = NEW.review_id AND r.source = NEW.source"
    " AND r.revision_id = NEW.revision_id AND r.content_digest = NEW.content_digest AND r.state IN ({states}))"
)
#: Of the running review's own text, and by nobody who recorded or is recorded for himself.
SIGNATURE = (
    _TEXT.format(states="'waiting', 'after'")  # noqa: S608 - constants
    + " AND length(NEW.digest) = 64 AND (NEW.recorder_id IS NULL OR NEW.recorder_id <> NEW.person_id)"
    " AND (NEW.verdict = 'no' OR NOT EXISTS (SELECT 1 FROM reviewing_signature s WHERE s.review_id = NEW.review_id"
    " AND s.verdict = 'yes' AND (s.person_id = NEW.person_id OR s.account_id = NEW.account_id)))"
)
#: Of a review that still runs: nobody is shown afterwards what he signed before.
SHOWN = "EXISTS (SELECT 1 FROM reviewing_review r WHERE r.id = NEW.review_id AND r.state IN ('waiting', 'after'))"
SHEET = _TEXT.format(states="'waiting'") + " AND length(NEW.digest) = 64"
