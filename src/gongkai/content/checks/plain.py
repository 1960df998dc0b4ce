"""Check plain text that is no edition (an answer to a message) by the rules for texts."""

from dataclasses import dataclass

from gongkai.content.checks.ruleset import rules_for
from gongkai.content.checks.running import search_text
from gongkai.content.checks.wording import finding_label
from gongkai.core.units.models import Body
from gongkai.lib.typed_json import number, text


@dataclass(frozen=True)
class PlainTextFinding:
    """A finding: kind, words, reason, and suggested replacement (may be empty)."""

    family: str
    kind: str
    words: str
    why: str
    suggestion: str

    @property
    def personal(self) -> bool:
        """Return true if the finding is personal data, not wording."""
        return self.family == "privacy"

    @property
    def label(self) -> str:
        """Return the name of its kind."""
        return finding_label(self.family, self.kind)


def find_in_plain_text(words: str, unit: Body) -> list[PlainTextFinding]:
    """Return the findings in a unit's text, in order and without repetition."""
    found = sorted(search_text(words, rules_for(unit)), key=lambda row: number(row, "start"))
    made = [
        PlainTextFinding(
            text(row, "family"),
            text(row, "kind"),
            words[number(row, "start") : number(row, "end")],
            text(row, "why"),
            text(row, "suggestion"),
        )
        for row in found
    ]
    return list(dict.fromkeys(made))
