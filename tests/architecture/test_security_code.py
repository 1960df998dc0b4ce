"""What docs/security.md says that the code does nowhere, or in few places alone: looked for in every file of it."""

import ast
import re
from collections.abc import Iterator

from django.apps import apps

from architecture.floors import PACKAGE, ROOT, app_path, nodes_of, tree_of

#: What of `cryptography` is used, and nothing beside: whole methods, none put together here.
METHODS = {
    "Ed25519PrivateKey", "Ed25519PublicKey", "X25519PrivateKey", "X25519PublicKey", "ChaCha20Poly1305", "HKDF", "Scrypt", "Fernet", "MultiFernet",
    "ec", "rsa",
}  # fmt: skip
#: How keys are written and read, and which digest a method is given.
BESIDE = re.compile(
    r"Invalid\w+|Certificate|Encoding|\w+Format|NoEncryption|load_pem_\w+|hashes|serialization|x509|pkcs12"
)
#: What stands in no file of the program: weak digests, unproved names of servers, folders shown as lists, body and query read as one.
NOWHERE = (
    r"\bmd5\b|\bsha1\b|CERT_NONE|_create_unverified|verify=False|check_hostname\s*=\s*False|django\.views\.static|show_indexes"
    r"|request\.(?:GET|POST)\s*(?:or|\|)\s*request\.(?:GET|POST)|\.REQUEST\b"
)
#: Protocols of operators of text messages sign by these; nothing of ours rests on them.
FOREIGN = {"outbox/gateways/kinds.py", "outbox/gateways/senders/sms.py"}
#: What makes a page of words in a script → files that may: answers of ours that a template escaped, or constants.
MADE_OF_WORDS = {
    "innerHTML": {
        "notices/static/notices/review.js",
        "portal/static/portal/portal.js",
        "publishing/static/publishing/paste.js",
    },
    "document.write": {"widgets/static/ui/back.js"},
    **{sign: set[str]() for sign in ("outerHTML", "insertAdjacentHTML", "eval(", "new Function")},
}
#: What the browser sends without a token of ours, so that no preflight matters: what stands instead of it.
WITHOUT_TOKEN = {
    "opendata/assistants.py": "reads what is public",
    "opendata/views.py": "reads what is public, and refuses every other way",
    "outbox/gateways/receipts.py": "a secret in its address",
    "portal/views/answers.py": "in nobody's name",
    "portal/views/exchange.py": "a token of the other platform",
    "portal/views/policy_push_pages.py": "a signed token",
    "portal/views/intake.py": "a token of the form and a proof of work, the query code, or the gateway's signature",
    "portal/views/subscriptions.py": "a token of the form and a proof of work, or a signed token",
    "signin/views/identity.py": "state and nonce of the session, or the provider's signature",
}
#: Format strings that are neither written there nor a constant of the module: rows of tables in the code.
FORMATS = {
    "annual/drafting.py",
    "consultation/reviewing.py",
    "launch/views.py",
    "participation/texts.py",
    "privacy/columns.py",
    "privacy/files/names.py",
    "publishing/views/checks.py",
    "richtext/tidy.py",
    "widgets/addresses.py",
}
#: Scripts that write under a name which is computed: numbers, fields of pages of ours, what the browser's own method gives.
COMPUTED = {
    "intake/static/intake/form.js",
    "intake/static/intake/worker.js",
    "signin/static/signin/passkeys.js",
}
_LOADED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*\bsrc=[\"'](?:https?:)?//|<link\b[^>]*\bhref=[\"'](?:https?:)?//|url\([\"']?(?:https?:)?//"
)


def texts(*suffixes: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of files."""
    for suffix in suffixes:
        for path in sorted(PACKAGE.rglob(f"*.{suffix}")):
            yield app_path(path).as_posix(), path.read_text(encoding="utf-8")


def test_no_weak_digest_no_unproved_server_and_expressions_are_constants() -> None:
    wrong = [
        f"{name}: {found}" for name, text in texts("py") if name not in FOREIGN for found in re.findall(NOWHERE, text)
    ]
    for path in PACKAGE.rglob("*.py"):
        nodes = nodes_of(tree_of(path))
        for call in nodes.get(ast.Call, []):
            asked = isinstance(call.func, ast.Attribute) and call.func.attr in {"xpath", "XPath"}
            if asked and call.args and not isinstance(call.args[0], ast.Constant):
                wrong.append(f"{app_path(path)}:{call.lineno}: {ast.unparse(call.args[0])}")
        for node in nodes.get(ast.Import, []):  # what must not be guessed comes of `secrets`
            if any(alias.name == "random" for alias in node.names) and "demo" not in path.parts:
                wrong.append(f"{app_path(path)}: random")
    assert wrong == []


def test_methods_of_encryption() -> None:
    used: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in nodes_of(tree_of(path)).get(ast.ImportFrom, []):
            if (node.module or "").startswith("cryptography"):
                used |= {alias.name for alias in node.names}
    assert {name for name in used if not BESIDE.fullmatch(name)} == METHODS


def test_pages_load_nothing_from_elsewhere_and_scripts_make_few_pages_of_words() -> None:
    assert [name for name, text in texts("html", "css", "svg") if _LOADED.search(text)] == []
    scripts = list(texts("js"))
    for sign, files in MADE_OF_WORDS.items():
        assert {name for name, text in scripts if sign in text} == files, sign
    assert [name for name, text in texts("html", "js") if "onpaste" in text] == []


def test_every_library_is_locked_by_its_digests() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        named = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
        assert named, path.name
        assert [line[:60] for line in named if "==" not in line or "--hash=sha256:" not in line] == []


def test_no_format_string_comes_from_outside() -> None:
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
    assert {name for name in found if not name.startswith("demo/")} == FORMATS


def test_what_is_taken_without_a_token_is_named_and_no_plug_in_is_used() -> None:
    exempt = {name for name, text in texts("py") if re.search(r"@csrf_exempt|csrf_exempt\(", text)}
    assert exempt == WITHOUT_TOKEN.keys()
    assert [name for name, text in texts("html") if re.search(r"<(?:object|embed|applet)\b", text)] == []


def test_scripts_write_under_names_of_their_own() -> None:
    scripts = list(texts("js"))
    assert [name for name, text in scripts if "__proto__" in text or "Object.assign" in text] == []
    computed = r"\[(?!\d+\]|[\"'])[^\]\n]+\]\s*=(?!=)"
    assert {name for name, text in scripts if re.search(computed, text)} == COMPUTED


def test_no_login_is_opened_by_a_hint_or_an_answer() -> None:
    models = [*apps.get_app_config("signin").get_models(), *apps.get_app_config("units").get_models()]
    asked = re.compile("hint|question|answer|recall")
    assert [field for model in models for field in model._meta.fields if asked.search(field.name)] == []
