"""Actions on sites."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils import timezone

from gongkai.content.editions.column_names import make_path_key
from gongkai.content.editions.launch_state import in_preparation
from gongkai.content.editions.models import Address, Column, Placement, Shelf, TreeStamp, Website
from gongkai.content.editions.rules import check_site_manager
from gongkai.content.publishing import proposed_words
from gongkai.content.publishing.columns import FIXED_COLUMNS, FixedColumn
from gongkai.content.publishing.models import ProposedWords, WordsState
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.public_words import refuse_personal
from gongkai.core.units.models import Body, Person

#: Fields of a site that an action may change.
EDITABLE_SITE_FIELDS = (
    "name",
    "body",
    "host",
    "other_hosts",
    "code",
    "icp",
    "police",
    "party_mark",
    "sponsor",
    "undertaker",
    "contact",
    "leader",
    "accent",
    "is_default",
)


#: Words of a new site that are taken from the register of units until others are confirmed.
PREFILLED_FIELDS = ("name", "sponsor")


@action("publishing.open_website", label="新建网站", rule=check_site_manager)
def open_website(_: None, *, by: Actor, person: Person | None = None, **facts: object) -> ActionResult:
    """Create a site with its disclosure platform and all fixed columns (P-04).

    With `person`, who is responsible for the platform, the fixed columns have all required fields
    and are open; else they stay closed. The site starts with words from the register of units;
    other words of the user await a second person's confirmation.
    """
    website = Website(**facts)
    website.sponsor = website.sponsor or website.body.name
    values = {} if by.system else _find_words_unlike_body(website)
    if in_preparation():  # the person who confirms the opening confirms these texts
        refuse_personal(values, proposed_words.FREE_TEXT_FIELDS["website"])
        values = {}
    for name in values:
        setattr(website, name, _get_registered_value(website, name) if name in PREFILLED_FIELDS else "")
    _validate_site(website)
    website.save(force_insert=True)
    proposal = proposed_words.propose_words(website, values, by)
    made: dict[str, Column] = {}
    for fixed in FIXED_COLUMNS:
        column = _create_fixed_column(website, fixed, person, made.get(make_path_key(fixed.path[:-1])))
        made[column.key] = column
    TreeStamp.increment()
    held = {"proposal": proposal.pk} if proposal else {}
    return ActionResult(
        words=f"新建网站“{website.name}”",
        facts={"host": website.host, **held},
        tell=proposed_words.make_proposal_message(proposal),
        result=website,
    )


def _get_registered_value(website: Website, name: str) -> str:
    """Return the body's name for a word of a new site, with the host if another site has that name."""
    taken = name == "name" and Website.objects.filter(name=website.body.name).exists()
    return f"{website.body.name}（{website.host}）" if taken else website.body.name


def _find_words_unlike_body(website: Website) -> dict[str, str]:
    """Return {field: words} of a new site that differ from its body's name."""
    words = {name: str(getattr(website, name) or "") for name in proposed_words.FREE_TEXT_FIELDS["website"]}
    return {name: value for name, value in words.items() if value and value != website.body.name}


@action("publishing.change_website", label="修改网站信息", rule=check_site_manager)
def change_website(website: Website, *, by: Actor, **facts: object) -> ActionResult:
    """Change the fields of a site; its free words await confirmation."""
    changed = {name: value for name, value in facts.items() if getattr(website, name) != value}
    unknown = set(changed) - set(EDITABLE_SITE_FIELDS)
    if unknown:
        raise Refused([f"不能修改“{name}”。" for name in sorted(unknown)])
    if isinstance(body := changed.pop("body", None), Body):
        changed |= _transfer_columns(website, body, by, changed)
    proposal = proposed_words.propose_words(website, changed, by)
    changed = {name: value for name, value in changed.items() if not proposal or name not in proposal.after}
    before = {name: _to_log_value(getattr(website, name)) for name in changed}
    store_site_texts(website, changed)
    held = {"proposal": proposal.pk} if proposal else {}
    text = "修改网站信息" + ("，公开文字待另一人确认" if proposal else "")
    return ActionResult(
        words=text,
        facts={"before": before, "after": {name: _to_log_value(value) for name, value in changed.items()}, **held},
        tell=proposed_words.make_proposal_message(proposal),
    )


def _transfer_columns(website: Website, body: Body, by: Actor, changed: Mapping[str, object]) -> dict[str, object]:
    """Transfer the columns of the former 主办单位 to the new one; return the fields of the site to change.

    Raises:
        Refused: the user does not manage sites of the new unit.
    """
    if reasons := check_site_manager(by, body):
        raise Refused(reasons)
    Column.objects.filter(website=website, owner=website.body).update(owner=body)
    follows = "sponsor" not in changed and website.sponsor == website.body.name
    return {"body": body, **({"sponsor": body.name} if follows else {})}


def _to_log_value(value: object) -> object:
    return value.name if isinstance(value, Body) else value


def _find_removal_errors(website: Website) -> list[str]:
    """Return the Chinese reason against removing a site that contains or contained items, if any."""
    held = any(kind.objects.filter(website=website).exists() for kind in (Address, Shelf)) or (
        Placement.objects.filter(column__website=website).exists()
        or Placement.objects.filter(intended__website=website).exists()
    )
    return ["这个网站已经有信息，不能删除；不再使用的，请归档它的栏目。"] if held else []


@action("publishing.remove_website", label="删除空网站", rule=check_site_manager, ready=_find_removal_errors)
def remove_website(website: Website, *, by: Actor) -> ActionResult:
    """Delete an empty site and its columns, for example one registered by mistake."""
    name, number = website.name, website.pk
    columns = Column.objects.filter(website=website)
    targets = [f"website/{number}", *(f"column/{column}" for column in columns.values_list("pk", flat=True))]
    ProposedWords.objects.filter(target__in=targets, state=WordsState.WAITING).update(state=WordsState.REPLACED)
    try:
        for column in columns.order_by("-path"):
            column.delete()
        website.delete()
    except ProtectedError as error:
        raise Refused(
            "这个网站已设定审签程序，或者栏目已被使用，不能删除；主办单位选错的，请在网站信息里改正。"
        ) from error
    TreeStamp.increment()
    return ActionResult(words=f"删除空网站“{name}”", facts={"name": name}, stream=f"website/{number}")


def store_site_texts(website: Website, words: Mapping[str, object]) -> None:
    """Validate and write the words of a site within another action."""
    for name, value in words.items():
        setattr(website, name, value)
    _validate_site(website)
    website.save()
    TreeStamp.increment()


def _validate_site(website: Website) -> None:
    """Refuse invalid fields, a host name of another site, and a second default site."""
    try:
        website.full_clean()
    except ValidationError as error:
        raise Refused(list(error.messages)) from error
    other_sites = Website.objects.exclude(pk=website.pk)
    taken = {name for other in other_sites for name in _list_host_names(other)} & _list_host_names(website)
    if taken:
        raise Refused([f"域名 {name} 已属于另一个网站（不能只有端口不同）。" for name in sorted(taken)])
    default = next((other for other in other_sites if other.is_default and website.is_default), None)
    if default is not None:
        raise Refused(f"默认站点是“{default.name}”，只能有一个；要更换的，请先在那里取消。")


def _list_host_names(website: Website) -> set[str]:
    """Return a site's hosts without ports; page cache and mirror have one folder for each."""
    return {host.rsplit(":", 1)[0] for host in website.host_names}


def _create_fixed_column(website: Website, fixed: FixedColumn, person: Person | None, parent: Column | None) -> Column:
    """Create a column that every site has; it is opened if a person is responsible for it."""
    column: Column = Column.objects.create(
        website=website,
        parent=parent,
        name=fixed.path[-1],
        key=make_path_key(fixed.path),
        content=fixed.content,
        cycle_days=fixed.cycle_days,
        owner=website.body,
        person=person,
        position=10 * (1 + FIXED_COLUMNS.index(fixed)) if fixed.required else 90_000,
        fixed=fixed.mark,
        provisional=fixed.mark == "provisional",
        opened_at=timezone.now() if person else None,
    )
    return column
