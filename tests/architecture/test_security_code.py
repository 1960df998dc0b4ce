"""Claims of docs/security.md about code that is forbidden everywhere or allowed in few files."""

import ast
import re
from collections.abc import Iterator

from django.apps import apps

from architecture.layers import PACKAGE, ROOT, app_path, nodes_of, tree_of

#: The only names of `cryptography` that the program uses: complete schemes, none composed here.
CRYPTOGRAPHY_NAMES = {
    "Ed25519PrivateKey", "Ed25519PublicKey", "X25519PrivateKey", "X25519PublicKey", "ChaCha20Poly1305", "HKDF", "Scrypt", "Fernet", "MultiFernet",
    "ec", "rsa",
}  # fmt: skip
#: Names for key formats and digests.
KEY_FORMAT_NAMES = re.compile(
    r"Invalid\w+|Certificate|Encoding|\w+Format|NoEncryption|load_pem_\w+|hashes|serialization|x509|pkcs12"
)
#: Weak digests, unverified servers, directory listings, body and query read as one.
FORBIDDEN_CODE = (
    r"\bmd5\b|\bsha1\b|CERT_NONE|_create_unverified|verify=False|check_hostname\s*=\s*False|django\.views\.static|show_indexes"
    r"|request\.(?:GET|POST)\s*(?:or|\|)\s*request\.(?:GET|POST)|\.REQUEST\b"
)
#: Protocols of SMS operators require these digests; nothing else relies on them.
WEAK_DIGEST_MODULES = {"outbox/gateways/kinds.py", "outbox/gateways/senders/sms.py"}
#: JavaScript that writes HTML → files that may use it, for escaped server responses or constants.
HTML_WRITERS = {
    "innerHTML": {
        "notices/static/notices/review.js",
        "portal/static/portal/portal.js",
        "publishing/static/publishing/paste.js",
    },
    "document.write": {"widgets/static/ui/back.js"},
    **{sign: set[str]() for sign in ("outerHTML", "insertAdjacentHTML", "eval(", "new Function")},
}
#: Views without CSRF token → the protection they have instead.
CSRF_EXEMPT = {
    "opendata/assistants.py": "serves only public data",
    "opendata/views.py": "serves only public data, and accepts only reading requests",
    "outbox/gateways/receipts.py": "a secret in the URL",
    "portal/views/answers.py": "anonymous requests, no user acts",
    "portal/views/exchange.py": "a token of the other platform",
    "portal/views/policy_push_pages.py": "a signed token",
    "portal/views/intake.py": "a token of the form and a proof of work, the query code, or the gateway's signature",
    "portal/views/subscriptions.py": "a token of the form and a proof of work, or a signed token",
    "signin/views/identity.py": "state and nonce of the session, or the provider's signature",
}
#: Modules with format strings that are neither literals nor constants of the module: they come from tables in the code.
COMPUTED_FORMATS = {
    "annual/text_drafts.py",
    "consultation/answer_reviews.py",
    "launch/views.py",
    "participation/texts.py",
    "privacy/columns.py",
    "privacy/files/names.py",
    "publishing/views/checks.py",
    "richtext/tidy.py",
    "widgets/addresses.py",
}
#: Scripts that assign to computed keys: numbers, own form fields, values of browser methods.
COMPUTED_KEYS = {
    "intake/static/intake/form.js",
    "intake/static/intake/worker.js",
    "signin/static/signin/passkeys.js",
}
_EXTERNAL_RESOURCE = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*\bsrc=[\"'](?:https?:)?//|<link\b[^>]*\bhref=[\"'](?:https?:)?//|url\([\"']?(?:https?:)?//"
)


def read_files(*suffixes: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of all files with the given suffixes."""
    for suffix in suffixes:
        for path in sorted(PACKAGE.rglob(f"*.{suffix}")):
            yield app_path(path).as_posix(), path.read_text(encoding="utf-8")


def test_no_weak_digest_unverified_server_or_computed_xpath() -> None:
    wrong = [
        f"{name}: {found}"
        for name, text in read_files("py")
        if name not in WEAK_DIGEST_MODULES
        for found in re.findall(FORBIDDEN_CODE, text)
    ]
    for path in PACKAGE.rglob("*.py"):
        nodes = nodes_of(tree_of(path))
        for call in nodes.get(ast.Call, []):
            asked = isinstance(call.func, ast.Attribute) and call.func.attr in {"xpath", "XPath"}
            if asked and call.args and not isinstance(call.args[0], ast.Constant):
                wrong.append(f"{app_path(path)}:{call.lineno}: {ast.unparse(call.args[0])}")
        for node in nodes.get(ast.Import, []):  # unpredictable values come from `secrets`
            if any(alias.name == "random" for alias in node.names) and "demo" not in path.parts:
                wrong.append(f"{app_path(path)}: random")
    assert wrong == []


def test_only_listed_names_of_cryptography_are_used() -> None:
    used: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in nodes_of(tree_of(path)).get(ast.ImportFrom, []):
            if (node.module or "").startswith("cryptography"):
                used |= {alias.name for alias in node.names}
    assert {name for name in used if not KEY_FORMAT_NAMES.fullmatch(name)} == CRYPTOGRAPHY_NAMES


def test_no_external_resources_and_html_writers_are_listed() -> None:
    assert [name for name, text in read_files("html", "css", "svg") if _EXTERNAL_RESOURCE.search(text)] == []
    scripts = list(read_files("js"))
    for sign, files in HTML_WRITERS.items():
        assert {name for name, text in scripts if sign in text} == files, sign
    assert [name for name, text in read_files("html", "js") if "onpaste" in text] == []


def test_requirements_are_pinned_with_hashes() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        named = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
        assert named, path.name
        assert [line[:60] for line in named if "==" not in line or "--hash=sha256:" not in line] == []


def test_computed_format_strings_are_listed() -> None:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for call in nodes_of(tree_of(path)).get(ast.Call, []):
            if not isinstance(call.func, ast.Attribute) or call.func.attr not in {"format", "format_map"}:
                continue
            base = call.func.value
            while isinstance(base, ast.Subscript | ast.Attribute):
                base = base.value
            written = isinstance(base, ast.Constant | ast.JoinedStr)
            if not written and not (isinstance(base, ast.Name) and base.id.strip("_").isupper()):
                found.add(app_path(path).as_posix())
    assert {name for name in found if not name.startswith("demo/")} == COMPUTED_FORMATS


def test_csrf_exempt_views_are_listed_and_no_plug_in_is_used() -> None:
    exempt = {name for name, text in read_files("py") if re.search(r"@csrf_exempt|csrf_exempt\(", text)}
    assert exempt == CSRF_EXEMPT.keys()
    assert [name for name, text in read_files("html") if re.search(r"<(?:object|embed|applet)\b", text)] == []


def test_scripts_with_computed_keys_are_listed() -> None:
    scripts = list(read_files("js"))
    assert [name for name, text in scripts if "__proto__" in text or "Object.assign" in text] == []
    computed = r"\[(?!\d+\]|[\"'])[^\]\n]+\]\s*=(?!=)"
    assert {name for name, text in scripts if re.search(computed, text)} == COMPUTED_KEYS


def test_no_account_model_stores_hints_or_answers() -> None:
    models = [*apps.get_app_config("signin").get_models(), *apps.get_app_config("units").get_models()]
    asked = re.compile("hint|question|answer|recall")
    assert [field for model in models for field in model._meta.fields if asked.search(field.name)] == []
