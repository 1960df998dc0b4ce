"""Each mechanism is implemented in one module (docs/architecture.md, Mechanisms)."""

import ast
import re
from functools import cache
from pathlib import Path

from architecture.layers import PACKAGE, app_path, nodes_of, tree_of

#: Modules that open connections → apps and files that may import them.
NETWORK_MODULES = {
    # `confined`: socket pairs to its own child processes only.
    # `portal/page_file_upkeep.py`: closes the socket of a connection that the database driver opened.
    # `inspection/site/checks/safety.py`: the constant of an address family, passed to `outbound`.
    "socket": {
        "outbound",
        "cli/serve.py",
        "confined",
        "portal/page_file_upkeep.py",
        "inspection/site/checks/safety.py",
    },
    "ssl": {"signin/identity/ldap.py", "outbound"},
    "http.client": {"outbound"},
    "urllib.request": {"outbound"},
    "urllib3": set[str](),
    "requests": {
        "signin/identity/oidc.py",
        "signin/identity/cas.py",
    },  # the OpenID Connect and CAS clients use it
    "httpx": set[str](),
    "smtplib": {"outbox/mailing.py"},
    "ftplib": set[str](),
    "imaplib": {"outbound"},
    # Loaded by its path in the settings, only if a bucket is configured: importing the client takes a second.
    "boto3": {"files/bucket.py"},
    "boto3.s3.transfer": {"files/bucket.py"},
    "botocore.config": {"files/bucket.py"},
    "botocore.exceptions": {"files/bucket.py"},
    "storages.backends.s3": {"files/bucket.py"},
    "gongkai.core.files.bucket": set[str](),
}
#: Modules that create `RequestLimits` → access to inner networks: hosts of settings (`inner=True`), or of a register
#: or settings (`inside=`, `inner=opened`).
OUTBOUND_CALLERS = {
    **dict.fromkeys(("policies/source_comparison.py", "opinion/feeds.py", "migration/sources/crawl.py"), "inner=True"),
    **dict.fromkeys(("portal/purging/cache_protocols.py", "acts/stamps.py"), "inner=True"),
    "outbox/gateways/senders/base.py": "inner=opened",
    **dict.fromkeys(("checks/faults.py", "gathering/reader.py", "inspection/visits.py"), "inside="),
    **dict.fromkeys(("inspection/actions.py", "inspection/site/account.py", "inspection/site/run.py"), "inside="),
}
#: Chinese characters are those of Unicode's script Han; no other range of code points may be used.
HAN_RANGE = r"[一㐀]-[\u9f00-\u9fff\u4dbf]|(?i:\\u(?:4e00|3400|9fff|9fa5)|0x(?:4e00|9fff|9fa5))"
#: Pattern that occurs in one file only → that file, and the function to use instead.
MECHANISMS = {
    r"Content-Disposition|\bFileResponse\(": ("widgets/responses.py", "widgets.responses"),
    r"spreadsheetml\.sheet": ("widgets/responses.py", "spreadsheets.responses.spreadsheet"),
    r"\bstorages\[": ("files/storage.py", "files.storage.get_files_storage"),
    r"\bforms\.(?:Date|Time|DateTime|Integer|Decimal|Float)Field\b(?!\(widget=forms\.HiddenInput|\[)": (
        "widgets/fields.py",
        "widgets.fields",
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
#: Files that name the spreadsheet type for uploads.
FILE_TYPE_MODULES = {"files/kinds.py"}
#: Files that mount the office URL or print it when the server starts.
OFFICE_URL_MODULES = {"config/urls.py", "cli/demo.py", "cli/serve.py"}


@cache
def list_source_files() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]


def name_of(path: Path) -> str:
    return app_path(path).as_posix()


@cache
def find_imports(path: Path) -> set[str]:
    found: set[str] = set()
    nodes = nodes_of(tree_of(path))
    for node in nodes.get(ast.Import, []):
        found |= {one.name for one in node.names}
    for node in nodes.get(ast.ImportFrom, []):
        if node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def test_network_modules_are_imported_only_where_listed() -> None:
    found = [
        f"{name_of(path)}: {module}"
        for path in list_source_files()
        for module, allowed in NETWORK_MODULES.items()
        if module in find_imports(path) and name_of(path) not in allowed and app_path(path).parts[0] not in allowed
    ]
    assert found == [], "use gongkai.lib.outbound"


def test_only_python_contains_a_range_of_han_characters() -> None:
    others = [path for kind in ("js", "html", "sql", "toml", "css") for path in PACKAGE.rglob(f"*.{kind}")]
    assert [name_of(path) for path in others if re.search(HAN_RANGE, path.read_text())] == []


def test_outbound_callers_are_listed_with_inner_networks() -> None:
    """Modules that create `RequestLimits` are listed above and in docs/registries.md, with their access to inner networks."""
    found = {
        name_of(path): "".join(sorted(set(re.findall(r"\binner=(?:True|opened)|\binside=", text))))
        for path in list_source_files()
        if "outbound" not in path.parts and re.search(r"\bRequestLimits\(", text := path.read_text())
    }
    assert found == OUTBOUND_CALLERS
    table = (PACKAGE.parent.parent / "docs/registries.md").read_text().partition("## Who asks other machines")[2]
    missing = [
        name
        for name in OUTBOUND_CALLERS
        if name.removesuffix(".py").replace("/", ".") not in table and f"`{name.partition('/')[0]}`" not in table
    ]
    assert missing == []


def test_each_mechanism_is_in_one_module() -> None:
    texts = {name_of(path): path.read_text() for path in list_source_files()}
    for pattern, (home, instead) in MECHANISMS.items():
        found = {name for name, text in texts.items() if re.search(pattern, text)}
        assert home in found, f"{pattern}: the mechanism moved: correct this table"
        assert found - FILE_TYPE_MODULES == {home}, f"use gongkai.{instead}"


def test_no_input_has_a_date_or_number_type() -> None:
    """A browser sends an empty value for a date or number input whose text it cannot parse."""
    typed = re.compile(r"type=.?[\"'](?:date|time|datetime-local|month|week|number)\b")
    found = [
        name_of(path)
        for kind in ("*.py", "*.html")
        for path in PACKAGE.rglob(kind)
        if typed.search(path.read_text("utf-8"))
    ]
    assert found == [], "use gongkai.core.widgets.fields, or date_input and number_input of the template tags"


def test_statutory_periods_are_not_hardcoded() -> None:
    """`law/data/figures.toml` contains them: a law may change the period of an extension, a fee, a publication or a remedy."""
    typed = re.compile(r"(?:20|二十)个工作日|之日起(?:\d+|[一二三四五六七八九十]+)(?:日|个月|个工作日)内")
    apart = {"demo", "migrations", "reading", "demands.md"}  # the last quotes pages of the sample city
    found = [
        name_of(path)
        for kind in ("*.py", "*.toml", "*.html", "*.md")
        for path in PACKAGE.rglob(kind)
        if not apart & set(path.parts) and typed.search(path.read_text("utf-8"))
    ]
    assert found == [], "use law.figures.fill_in_figures, lazy_figures or {% period %}"


def find_strings(path: Path) -> set[str]:
    """Return the strings of a file that are not docstrings."""
    nodes = nodes_of(tree_of(path))
    words = {id(node.value) for node in nodes.get(ast.Expr, [])}
    found = (node for node in nodes.get(ast.Constant, []) if id(node) not in words)
    return {node.value for node in found if isinstance(node.value, str)}


def test_office_urls_are_reversed_by_name() -> None:
    written = {
        name_of(path)
        for path in list_source_files()
        if name_of(path) not in OFFICE_URL_MODULES and any("/admin" in text for text in find_strings(path))
    }
    drawn = {
        path.name for path in PACKAGE.rglob("*.html") if re.search(r'(?:href|action|src)="/admin', path.read_text())
    }
    assert not written | drawn


#: Views that truncate a list, with the reason why no rows are lost.
TRUNCATED_LISTS = {
    "assessment/views/units.py": "cases of a mark; the page shows their number",
    "consultation/views/inquiries.py": "a wall board shows the most urgent ones",
    "checks/views.py": "length limit of a text that is checked without saving",
    "background_jobs/views.py": "the user's own files, paged by key",
    "directory/views/coverage.py": "the matrix shows the number of hidden rows, the list below is paged by key; choices of documents",
    "notices/views/pass_down.py": "header of an uploaded table; names in a sentence that ends with 等",
    "notices/views/review.py": "the next questions of a queue, with the total; lines of other pages",
    "office/views/urging.py": "limit of one batch of reminders, shown on the page",
    "outbox/views.py": "paged by key",
    "signin/views/log.py": "paged by key; a file with a limit that it names",
    "signin/views/own_sign_ins.py": "the user's own latest sign-ins",
    "spreadsheets/views.py": "the first rows of an import plan, with the total",
    "units/views/bodies.py": "paged by key",
    "units/views/people.py": "paged by key",
}
#: Methods that return a string, not a list.
STRING_METHODS = {"strip", "get", "getlist", "removeprefix", "removesuffix"}


def truncates_a_list(path: Path) -> bool:
    """Return true if a file takes the first fifty or more items of anything but an obvious string."""
    for node in nodes_of(tree_of(path)).get(ast.Subscript, []):
        part = node.slice
        if not isinstance(part, ast.Slice) or part.lower is not None:
            continue
        many = isinstance(part.upper, ast.Constant) and isinstance(part.upper.value, int) and part.upper.value >= 50
        named = isinstance(part.upper, ast.Name) and part.upper.id.isupper()
        called = node.value.func if isinstance(node.value, ast.Call) else None
        text = isinstance(node.value, ast.JoinedStr | ast.BoolOp) or (
            isinstance(called, ast.Attribute) and called.attr in STRING_METHODS
        )
        # A plain name or field before a plain number is a string limited to its length.
        plain = isinstance(node.value, ast.Name | ast.Attribute) and not named
        if (many or named) and not text and not plain:
            return True
    return False


def test_only_listed_views_truncate_a_list() -> None:
    """A list must not omit rows silently: it is paged (`widgets.paging`), or listed above with a reason."""
    pages = [
        path for path in list_source_files() if "views" in app_path(path).as_posix() and "portal" not in path.parts
    ]
    assert {name_of(path) for path in pages if truncates_a_list(path)} == set(TRUNCATED_LISTS)
