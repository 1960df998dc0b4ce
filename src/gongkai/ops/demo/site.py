"""Sample data: sites with complete open columns, and items with sample texts published in them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.content.editions.queries.lists import shelf_visible_to
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions
from gongkai.content.publishing.columns import make_placeholder_content
from gongkai.content.publishing.models import ItemPage, ProposedWords, WordsState, get_or_create_unit_page
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.models import Review, Shown
from gongkai.content.reviewing.models.reviews import list_questions
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.units.models import Body, Person, Role
from gongkai.lib.richtext.composing import make_table as compose_table
from gongkai.lib.typed_json import read_record, read_texts
from gongkai.ops.demo import interpretation, policies
from gongkai.ops.demo.people import SampleStaff, read_objects, read_toml


@dataclass(frozen=True)
class SampleText:
    """Fields of a sample item; `standing` and `focus` are those of a policy."""

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
    """Template of sample texts for columns whose names contain one of `words`; `heads` and `rows` are its table."""

    title: str
    paragraphs: tuple[str, ...]
    kind: str
    basis: str
    subject: str
    words: tuple[str, ...] = ()
    policy: bool = False  # a policy document, with number and validity
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


SAMPLE_TEXTS = read_toml("texts")
*PATTERNS, OTHER = read_objects(SAMPLE_TEXTS, "patterns", TextTemplate)
TOPICS, RULES = read_texts(SAMPLE_TEXTS, "topics"), read_texts(SAMPLE_TEXTS, "rules")
CYCLES, FOCUS, OWN_TOPICS, MARKS = (
    read_record(SAMPLE_TEXTS, name) for name in ("cycles", "focus", "own_topics", "marks")
)
DAYS_PER_QUARTER = 92


def _find_by_word(table: dict[str, object], name: str) -> str:
    """Return the value of the first key that occurs in a name; "" if none."""
    return next((str(value) for word, value in table.items() if word in name), "")


def guess_cycle_days(name: str) -> int:
    """Return a plausible update cycle for a column in days."""
    return int(_find_by_word(CYCLES, name) or DAYS_PER_QUARTER)


def make_sample_text(column: str, body: Body, day: date, serial: int) -> SampleText:
    """Return a sample item for a column, by a unit and day; `serial` varies topic and number."""
    pattern = next((one for one in PATTERNS if any(word in column for word in one.words)), OTHER)
    names = column.split("/")
    facts = {
        "unit": body.name,
        "year": day.year,
        "last": day.year - 1,
        "month": day.month,
        "column": names[serial % len(names)],
        "phone": body.phone or "12345",
        "topic": _find_by_word(OWN_TOPICS, body.name) or TOPICS[serial % len(TOPICS)],
        "rule": RULES[serial % len(RULES)],
    }
    paragraphs = [paragraph.format(**facts) for paragraph in pattern.paragraphs]
    html = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return SampleText(
        title=pattern.title.format(**facts),
        kind=pattern.kind,
        html=html + (compose_table(pattern.heads, pattern.rows) if pattern.rows else ""),
        summary=paragraphs[0][:120],
        subject=pattern.subject,
        basis=pattern.basis,
        number=_make_document_number(pattern, body, day, serial) if pattern.policy else "",
        standing="in_force" if pattern.policy else "",
        focus=_find_by_word(FOCUS, column),
    )


def _make_document_number(pattern: TextTemplate, body: Body, day: date, serial: int) -> str:
    """Return a document number, for example 云岭教发〔2026〕3号; normative documents have a series of their own (规)."""
    series = "规" if pattern.kind == ItemKind.NORMATIVE else "发"
    unit = body.label.removeprefix("市").removeprefix("县")
    return f"云岭{MARKS.get(unit, unit[:1])}{series}〔{day.year}〕{serial % 90 + 1}号"


#: Name of a column → description of its content; other columns have a default.
COLUMN_CONTENTS = {
    "现行有效": "现行有效的规章和行政规范性文件。",
    "失效废止": "已经失效、废止的规章和行政规范性文件，仅供查阅。",
    "预算": "政府预算和各部门预算。",
    "决算": "政府决算和各部门决算。",
}


def open_sites(staff: SampleStaff) -> None:
    """Open the city's and the county's site with their fixed columns."""
    _open_site(staff, "shi", "shiban", "云岭市人民政府", "www.yunling.gov.example", "3601990001", is_default=True)
    _open_site(staff, "qingxi", "qxban", "青溪县人民政府", "www.qingxi.gov.example", "3601990012", accent="blue")
    confirm_site_words(staff)


def _open_site(
    staff: SampleStaff,
    key: str,
    office: str,
    name: str,
    host: str,
    code: str,
    *,
    is_default: bool = False,
    **facts: object,
) -> Website:
    """Open a website with invented registration numbers, and return it."""
    clerk = staff.actor(Role.CLERK, staff.bodies[office])
    website: Website = actions.open_website(
        None,
        by=staff.chief,
        person=_get_person(clerk),
        name=name,
        host=host,
        body=staff.bodies[key],
        code=code,
        icp="云ICP备00000001号（示例）",
        police="云公网安备00000000000001号（示例）",
        party_mark="https://bszs.conac.cn/",
        sponsor=staff.bodies[office].name,
        undertaker="云岭市数据局",
        contact="0799-8001234",
        leader="周明远（市政府办公室副主任）" if is_default else "",
        is_default=is_default,
        **facts,
    )
    return website


def get_second_person(staff: SampleStaff) -> Actor:
    """Return the second person who opens columns proposed by the 政务公开办."""
    return staff.actor(Role.ADMINISTRATOR, staff.bodies["shiban"])


def confirm_site_words(staff: SampleStaff) -> None:
    """Have the second person confirm the sites' proposed words."""
    for proposed_words in ProposedWords.objects.filter(state=WordsState.WAITING, target__startswith="website/"):
        actions.confirm_words(
            Website.objects.get(pk=proposed_words.target.partition("/")[2]),
            by=get_second_person(staff),
            proposal=proposed_words,
        )


def publish_fixed_column_texts(staff: SampleStaff, day: date) -> None:
    """Publish the required texts of every site's fixed columns."""
    for website in Website.objects.select_related("body"):
        office = next(b for b in staff.bodies.values() if b.parent_id == website.body_id and b.kind == "general_office")
        for column in Column.objects.filter(website=website, fixed__in=("guide", "rules", "request")):
            publish_item(staff, office, [column], day, column.pk, timezone.now())


def open_columns(staff: SampleStaff, *, leave: tuple[str, ...] = (), only: tuple[int | None, ...] = ()) -> int:
    """Complete and open pending columns, parents first; return the number opened.

    Columns named in `leave` stay closed; `only` restricts the columns.
    """
    opened = 0
    for column in Column.objects.filter(opened_at=None).select_related("website__body", "owner").order_by("path"):
        if column.name in leave or (only and column.pk not in only):
            continue
        owner = column.owner or column.website.body
        clerk = staff.actors.get((Role.CLERK, owner.pk)) or staff.actor(Role.CLERK, staff.bodies["shiban"])
        chief = (
            staff.chief
            if column.website.body == staff.bodies["shi"]
            else staff.actor(Role.CHIEF, staff.bodies["qxban"])
        )
        actions.change_column(
            column,
            by=chief,
            owner=owner,
            person=_get_person(clerk),
            cycle_days=column.cycle_days or guess_cycle_days(column.name),
            content=column.content or COLUMN_CONTENTS.get(column.name, make_placeholder_content(column.name)),
        )
        try:
            actions.open_column(column, by=get_second_person(staff))
            opened += 1
        except Refused:
            continue
    return opened


def find_page_url(website: Website | None, body: Body, columns: Collection[Column]) -> str:
    """Return the URL of the unit's newest public page in the columns, else of anyone's, else of the unit's page."""
    if website is None:
        return ""
    shelves = shelf_visible_to(ANONYMOUS).filter(website=website, column__in=columns)
    pages = shelves.order_by("-published_at", "-document")
    page = pages.filter(body=body).first() or pages.first()
    return f"https://{website.host}{page.path}" if page else f"https://{website.host}/units/{body.pk}/"


def publish_item(
    staff: SampleStaff, body: Body, columns: list[Column], day: date, serial: int, now: datetime
) -> Document | None:
    """Create an item for the open ones of the columns, have it reviewed and published; None if that is not possible."""
    columns = [column for column in columns if column.is_open]
    if not columns or (Role.SIGNER, body.pk) not in staff.actors:
        return None
    text = make_sample_text(columns[0].name, body, day, serial)
    clerk = staff.actor(Role.CLERK, body)
    page = ItemPage(
        title=text.title,
        kind=text.kind,
        imported_html=text.html,
        issuer=body.name,
        document_number=text.number,
        written_on=day,
        formed_on=day,
        standing=text.standing,
        effective_on=day if text.standing else None,
        subject=text.subject,
        summary=text.summary,
        policy_focus=text.focus,
        source=body.label,
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_basis=text.basis,
        attribute_reason="属于应当主动公开的政策文件" if text.standing else "",
        live=False,
        owner_id=clerk.user_id,
    )
    get_or_create_unit_page(body).add_child(instance=page)
    page.save_revision()
    document = ensure_document(page)
    actions.place(document, by=clerk, columns=columns)
    policies.enter_policy(page, staff, body)
    interpretation.prepare_interpretation(page, staff, body)
    for explains in interpretation.list_item_drafts(page):
        if not ensure_document(explains).placements.exists():
            actions.place(ensure_document(explains), by=clerk, columns=columns)
        sign_review(staff, actions.submit(explains, by=clerk), body)
    sign_review(staff, actions.submit(page, by=clerk), body)
    return document


def publish_new_item(
    staff: SampleStaff, body: Body, columns: list[Column], title: str, html: str, **facts: object
) -> ItemPage:
    """Create an item of today and have it signed and published."""
    clerk, today = staff.actor(Role.CLERK, body), timezone.localdate()
    usual = {"issuer": body.name, "formed_on": today, "written_on": today, "source": body.label}
    about = {
        "attribute": DisclosureAttribute.PROACTIVE,
        "attribute_basis": DisclosureBasis.A20_11,
        "subject": "综合政务",
    }
    page: ItemPage = actions.create_draft(
        body, by=clerk, columns=columns, title=title, imported_html=html, **(usual | about | facts)
    )
    sign_review(staff, actions.submit(page, by=clerk), body)
    return page


def sign_review(staff: SampleStaff, review: Review, body: Body) -> None:
    """Have a sample text signed by the unit's people in three stages; the last one publishes it."""
    reviewer = staff.actor(Role.REVIEWER, body)
    bulk = review.rows >= review.plan["bulk_rows"]
    answers = {question.name: "no" for question in list_questions(bulk=bulk)}
    sheet = actions.fill_sheet(review, by=reviewer, answers=answers)
    signers = (reviewer, staff.actor(Role.SIGNER, body), staff.actor(Role.LEAD, body))
    record_whole_reading(review, signers, sheet.digest)
    for signer in signers:
        actions.approve(review, by=signer, sheet=sheet.digest)


def record_whole_reading(review: Review, people: Sequence[Actor], sheet: str) -> None:
    """Record that people saw all pages of a text and its sheet, as the review pages do."""
    marks = [(required_reading.SHEET, sheet)]
    for text_part in required_reading.list_required_parts(review):
        numbers = range(1, text_part.pages + 1)
        marks += [(text_part.kind, text_part.digest)]
        marks += [
            (required_reading.make_page_part_name(n), mark)
            for n in numbers
            for mark in (text_part.digest, text_part.original)
            if mark
        ]
    Shown.objects.bulk_create(
        Shown(review_id=review.pk, person_id=actor.person_id or 0, part=text_part, digest=mark)
        for actor in people
        for text_part, mark in marks
    )


def _get_person(actor: Actor) -> Person:
    """Return the person of a sample actor."""
    assert actor.person_id is not None
    return Person.objects.get(pk=actor.person_id)
