"""What is done in one place is done nowhere else (docs/architecture.md, Mechanisms)."""

import ast
import re
from functools import cache
from pathlib import Path

from architecture.floors import PACKAGE, app_path, nodes_of, tree_of

#: Modules that open connections → files that may import them.
CONNECTIONS = {
    # `confined`: pairs of sockets to its own children alone.
    # `portal/page_file_upkeep.py`: shuts the line of a connection that the database driver opened.
    # `inspection/site/checks/safety.py`: the name of a family of addresses, handed to `outbound`.
    "socket": {
        "outbound",
        "cli/serve.py",
        "confined",
        "portal/page_file_upkeep.py",
        "inspection/site/checks/safety.py",
    },
    "ssl": {"signin/identity/directory.py", "outbound"},
    "http.client": {"outbound"},
    "urllib.request": {"outbound"},
    "urllib3": set[str](),
    "requests": {
        "signin/identity/oidc.py",
        "signin/identity/cas.py",
    },  # the clients of OpenID Connect and CAS ask by it
    "httpx": set[str](),
    "smtplib": {"outbox/mailing.py"},
    "ftplib": set[str](),
    "imaplib": {"outbound"},
    # Loaded where a bucket is named, by its path in the settings, and nowhere else: its client takes a second.
    "boto3": {"files/bucket.py"},
    "boto3.s3.transfer": {"files/bucket.py"},
    "botocore.config": {"files/bucket.py"},
    "botocore.exceptions": {"files/bucket.py"},
    "storages.backends.s3": {"files/bucket.py"},
    "gongkai.core.files.bucket": set[str](),
}
#: Who makes a reach → how it opens inner networks: hosts of settings (`inner=True`), of a register or settings (`inside=`, `inner=opened`).
REACHES = {
    **dict.fromkeys(("policies/source_comparison.py", "opinion/feeds.py", "migration/sources/crawl.py"), "inner=True"),
    **dict.fromkeys(("portal/purging/cache_protocols.py", "acts/stamps.py"), "inner=True"),
    "outbox/gateways/senders/base.py": "inner=opened",
    **dict.fromkeys(("checks/faults.py", "gathering/reader.py", "inspection/visits.py"), "inside="),
    **dict.fromkeys(("inspection/actions.py", "inspection/site/account.py", "inspection/site/run.py"), "inside="),
}
#: A Chinese character is one of Unicode's script Han; no other range of code points decides it.
HAN_RANGE = r"[一㐀]-[\u9f00-\u9fff\u4dbf]|(?i:\\u(?:4e00|3400|9fff|9fa5)|0x(?:4e00|9fff|9fa5))"
#: What stands in the source of one file only → that file, and what to use instead.
WAYS = {
    r"Content-Disposition|\bFileResponse\(": ("widgets/responses.py", "widgets.responses"),
    r"spreadsheetml\.sheet": ("widgets/responses.py", "spreadsheets.responses.spreadsheet"),
    r"\bstorages\[": ("files/storage.py", "files.storage.get_files_storage"),
    r"\bforms\.(?:Date|Time|DateTime|Integer|Decimal|Float)Field\b(?!\(widget=forms\.HiddenInput|\[)": (
        "widgets/fields.py",
        "ui.fields",
    ),
    r"setdefault\(\"class\", \"gk-input\"\)": (
        "widgets/forms.py",
        "widgets.forms.Plain or widgets.forms.dress",
    ),
    r"\bEmailMessage\(|\bsend_mail\(": ("outbox/mailing.py", "outbox.mailing.post"),
    r"\bPaginator\(": ("widgets/paging.py", "widgets.paging.get_page"),
    HAN_RANGE: ("chinese/characters.py", "chinese.characters.HAN"),
    r"\.month\}月\{\w+\.day": ("chinese/days.py", "chinese.days.day_in_words"),
    r"[\"\'](?:零|〇)一二三四五六七八九[\"\']": ("chinese/numerals.py", "chinese.numerals.to_int"),
    r"10X98765432": ("chinese/identity.py", "chinese.identity.check_identity_number"),
    r"\.is_(?:global|private)\b": ("outbound/permitted_hosts.py", "outbound.is_public"),
    r"\\xd0\\xcf\\x11\\xe0\\xa1": ("fileformats/compound.py", "fileformats.compound.OLE"),
    r"您目前没有任职，不能使用这个页面": ("units/actors.py", "units.actors.staff"),
}
#: Files that name the type of a spreadsheet for what others bring.
KINDS_OF_FILES = {"files/kinds.py"}
#: The address of the office as it is mounted, and as it is printed for whoever starts the server.
OFFICE = {"config/urls.py", "cli/demo.py", "cli/serve.py"}


@cache
def sources() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]


def name_of(path: Path) -> str:
    return app_path(path).as_posix()


@cache
def imported(path: Path) -> set[str]:
    found: set[str] = set()
    nodes = nodes_of(tree_of(path))
    for node in nodes.get(ast.Import, []):
        found |= {one.name for one in node.names}
    for node in nodes.get(ast.ImportFrom, []):
        if node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def test_other_machines_are_called_through_calling() -> None:
    found = [
        f"{name_of(path)}: {module}"
        for path in sources()
        for module, allowed in CONNECTIONS.items()
        if module in imported(path) and name_of(path) not in allowed and app_path(path).parts[0] not in allowed
    ]
    assert found == [], "use gongkai.lib.outbound"


def test_no_script_or_template_names_a_range_of_chinese_characters() -> None:
    others = [path for kind in ("js", "html", "sql", "toml", "css") for path in PACKAGE.rglob(f"*.{kind}")]
    assert [name_of(path) for path in others if re.search(HAN_RANGE, path.read_text())] == []


def test_inner_networks_are_open_to_those_alone_who_are_named() -> None:
    """Whoever makes `RequestLimits` is named above and in the table of docs/registries.md, with how far it goes inside."""
    found = {
        name_of(path): "".join(sorted(set(re.findall(r"\binner=(?:True|opened)|\binside=", text))))
        for path in sources()
        if "outbound" not in path.parts and re.search(r"\bRequestLimits\(", text := path.read_text())
    }
    assert found == REACHES
    table = (PACKAGE.parent.parent / "docs/registries.md").read_text().partition("## Who asks other machines")[2]
    missing = [
        name
        for name in REACHES
        if name.removesuffix(".py").replace("/", ".") not in table and f"`{name.partition('/')[0]}`" not in table
    ]
    assert missing == []


def test_there_is_one_way() -> None:
    texts = {name_of(path): path.read_text() for path in sources()}
    for pattern, (home, instead) in WAYS.items():
        found = {name for name, text in texts.items() if re.search(pattern, text)}
        assert home in found, f"{pattern}: the mechanism moved: mend this table"
        assert found - KINDS_OF_FILES == {home}, f"use gongkai.{instead}"


def test_no_input_is_of_a_type_whose_text_a_browser_drops() -> None:
    """A browser's input of a date or a number gives the server nothing where it cannot read what was typed."""
    typed = re.compile(r"type=.?[\"'](?:date|time|datetime-local|month|week|number)\b")
    found = [
        name_of(path)
        for kind in ("*.py", "*.html")
        for path in PACKAGE.rglob(kind)
        if typed.search(path.read_text("utf-8"))
    ]
    assert found == [], "use gongkai.core.widgets.fields, or date_input and number_input of the template tags"


def test_periods_of_the_law_are_asked_of_the_figures() -> None:
    """`law/data/figures.toml` has them: an extension, a fee, a publication, a remedy may be given another period by law one day."""
    typed = re.compile(r"(?:20|二十)个工作日|之日起(?:\d+|[一二三四五六七八九十]+)(?:日|个月|个工作日)内")
    apart = {"demo", "migrations", "reading", "demands.md"}  # the last quotes what pages of the sample city show
    found = [
        name_of(path)
        for kind in ("*.py", "*.toml", "*.html", "*.md")
        for path in PACKAGE.rglob(kind)
        if not apart & set(path.parts) and typed.search(path.read_text("utf-8"))
    ]
    assert found == [], "use law.figures.fill_in_figures, lazy_figures or {% period %}"


def strings(path: Path) -> set[str]:
    """Return the strings of a file that are no docstrings."""
    nodes = nodes_of(tree_of(path))
    words = {id(node.value) for node in nodes.get(ast.Expr, [])}
    found = (node for node in nodes.get(ast.Constant, []) if id(node) not in words)
    return {node.value for node in found if isinstance(node.value, str)}


def test_addresses_of_the_office_are_asked_for_by_name() -> None:
    written = {
        name_of(path)
        for path in sources()
        if name_of(path) not in OFFICE and any("/admin" in text for text in strings(path))
    }
    drawn = {
        path.name for path in PACKAGE.rglob("*.html") if re.search(r'(?:href|action|src)="/admin', path.read_text())
    }
    assert not written | drawn


#: Pages that show the beginning of a list → why nothing is lost by it.
CUT = {
    "assessment/views/units.py": "cases behind a mark; the page says how many there are",
    "consultation/views/inquiries.py": "a board for a wall: the most urgent",
    "checks/views.py": "a text tried without saving, to its limit",
    "background_jobs/views.py": "one's own files, pages by keys",
    "directory/views/coverage.py": "the matrix says how many rows it hides, the list below has all by keys; documents offered to choose from",
    "notices/views/delegation.py": "heads of an uploaded table; names in a sentence that ends with 等",
    "notices/views/review.py": "the next questions of a queue, with the number of all; lines of other pages",
    "office/views/urging.py": "what is urged in one go; the page says so",
    "outbox/views.py": "pages by keys",
    "signin/views/log.py": "pages by keys; a file with a bound that it names",
    "signin/views/own_sign_ins.py": "the latest signings-in of one's own",
    "spreadsheets/views.py": "the first rows of a plan, with their number",
    "units/views/bodies.py": "pages by keys",
    "units/views/people.py": "pages by keys",
}
#: Methods that return a string, whose beginning is no part of a list.
OF_TEXT = {"strip", "get", "getlist", "removeprefix", "removesuffix"}


def cuts(path: Path) -> bool:
    """Whether a file takes the first fifty or more of something that is not plainly a text."""
    for node in nodes_of(tree_of(path)).get(ast.Subscript, []):
        part = node.slice
        if not isinstance(part, ast.Slice) or part.lower is not None:
            continue
        many = isinstance(part.upper, ast.Constant) and isinstance(part.upper.value, int) and part.upper.value >= 50
        named = isinstance(part.upper, ast.Name) and part.upper.id.isupper()
        called = node.value.func if isinstance(node.value, ast.Call) else None
        text = isinstance(node.value, ast.JoinedStr | ast.BoolOp) or (
            isinstance(called, ast.Attribute) and called.attr in OF_TEXT
        )
        # A plain name or field before a plain number is a text that is kept to its length.
        plain = isinstance(node.value, ast.Name | ast.Attribute) and not named
        if (many or named) and not text and not plain:
            return True
    return False


def test_no_page_shows_the_beginning_of_a_list_alone() -> None:
    """Rows that a list leaves out without a word are lost for whoever reads it: it is paged (`widgets.paging`), or said here why not."""
    pages = [path for path in sources() if "views" in app_path(path).as_posix() and "portal" not in path.parts]
    assert {name_of(path) for path in pages if cuts(path)} == set(CUT)
