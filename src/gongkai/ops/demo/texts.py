"""Sample texts by column: short official texts about fictitious subjects."""

from dataclasses import dataclass
from datetime import date

from gongkai.content.editions.vocabulary import ItemKind
from gongkai.core.units.models import Body
from gongkai.lib.richtext.composing import make_table as compose_table
from gongkai.lib.typed_json import read_record, read_texts
from gongkai.ops.demo.cast import read_objects, read_toml


@dataclass(frozen=True)
class SampleText:
    """Fields of a sample item."""

    title: str
    kind: str
    html: str
    summary: str
    subject: str
    basis: str
    number: str = ""
    standing: str = ""
    focus: str = ""


@dataclass(frozen=True)
class TextTemplate:
    """Template for columns whose names contain one of `words`."""

    title: str
    paragraphs: tuple[str, ...]
    kind: str
    basis: str
    subject: str
    words: tuple[str, ...] = ()
    policy: bool = False
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


SAMPLE_TEXTS = read_toml("texts")
*PATTERNS, OTHER = read_objects(SAMPLE_TEXTS, "patterns", TextTemplate)
TOPICS, RULES = read_texts(SAMPLE_TEXTS, "topics"), read_texts(SAMPLE_TEXTS, "rules")
CYCLES, FOCUS, OWN_TOPICS, MARKS = (
    read_record(SAMPLE_TEXTS, name) for name in ("cycles", "focus", "own_topics", "marks")
)
DAYS_PER_QUARTER = 92


def _by_word(table: dict[str, object], name: str) -> str:
    """Return the entry whose key occurs in a name; "" if none."""
    return next((str(value) for word, value in table.items() if word in name), "")


def cycle_of(name: str) -> int:
    """Return a plausible update cycle for a column in days."""
    return int(_by_word(CYCLES, name) or DAYS_PER_QUARTER)


def sample_item(column: str, body: Body, day: date, serial: int) -> SampleText:
    """Return a sample item for a column, by a unit and day."""
    pattern = next((one for one in PATTERNS if any(word in column for word in one.words)), OTHER)
    names = column.split("/")
    facts = {
        "unit": body.name,
        "year": day.year,
        "last": day.year - 1,
        "month": day.month,
        "column": names[serial % len(names)],
        "phone": body.phone or "12345",
        "topic": _by_word(OWN_TOPICS, body.name) or TOPICS[serial % len(TOPICS)],
        "rule": RULES[serial % len(RULES)],
    }
    paragraphs = [words.format(**facts) for words in pattern.paragraphs]
    html = "".join(f"<p>{words}</p>" for words in paragraphs)
    return SampleText(
        title=pattern.title.format(**facts),
        kind=pattern.kind,
        html=html + (compose_table(pattern.heads, pattern.rows) if pattern.rows else ""),
        summary=paragraphs[0][:120],
        subject=pattern.subject,
        basis=pattern.basis,
        number=_number(pattern, body, day, serial) if pattern.policy else "",
        standing="in_force" if pattern.policy else "",
        focus=_by_word(FOCUS, column),
    )


def _number(pattern: TextTemplate, body: Body, day: date, serial: int) -> str:
    """Return a document number, for example 云岭教发〔2026〕3号; normative documents have a series of their own (规)."""
    series = "规" if pattern.kind == ItemKind.NORMATIVE else "发"
    unit = body.label.removeprefix("市").removeprefix("县")
    return f"云岭{MARKS.get(unit, unit[:1])}{series}〔{day.year}〕{serial % 90 + 1}号"
