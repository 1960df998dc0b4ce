"""Claims of docs/security.md about cookies, headers and dangerous calls, checked in a process with an https URL and in the code."""

import ast
import json
import os
import subprocess
import sys

import pytest

from architecture.layers import PACKAGE, app_path, nodes_of, tree_of

HTTPS_SETTINGS = (
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "CSRF_COOKIE_SAMESITE",
    "SECURE_HSTS_SECONDS",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_REFERRER_POLICY",
    "X_FRAME_OPTIONS",
    "DEBUG",
    "USE_TZ",
)
#: Hosts that an installation may call; empty by default.
OUTBOUND_SETTINGS = (
    *("GONGKAI_SOURCES", "GONGKAI_FEEDS", "GONGKAI_GATHER_HOSTS", "GONGKAI_MOVING_HOSTS"),
    *("GONGKAI_INSPECT_HOSTS", "GONGKAI_LINK_CHECKS"),
)
PASSWORD_SETTINGS = ("PASSWORD_HASHERS", "AUTH_PASSWORD_VALIDATORS")
PRINT_SETTINGS = (
    "import json; from django.conf import settings; "
    f"print(json.dumps({{name: getattr(settings, name) for name in {(*HTTPS_SETTINGS, *OUTBOUND_SETTINGS, *PASSWORD_SETTINGS)!r}}}))"
)
#: Calls that execute text or deserialize objects.
FORBIDDEN_CALLS = {
    "eval",
    "exec",
    "pickle.load",
    "pickle.loads",
    "marshal.loads",
    "yaml.load",
    "os.system",
    "os.popen",
}


@pytest.fixture(scope="module")
def https_settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Return the settings of a process whose base URL is https."""
    env = {**os.environ, "GONGKAI_DATA": str(tmp_path_factory.mktemp("data"))}
    env |= {"DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings", "PYTHONPATH": str(PACKAGE.parent)}
    env |= {"GONGKAI_BASE_URL": "https://www.yunling.gov.cn", **dict.fromkeys(OUTBOUND_SETTINGS, "")}
    run = subprocess.run([sys.executable, "-c", PRINT_SETTINGS], env=env, capture_output=True, text=True, check=True)
    settings: dict[str, object] = json.loads(run.stdout.splitlines()[-1])
    return settings


def test_cookies_and_headers_under_https(https_settings: dict[str, object]) -> None:
    assert {name: https_settings[name] for name in HTTPS_SETTINGS} == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SECURE_HSTS_SECONDS": 365 * 86_400,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "SAMEORIGIN",
        "DEBUG": False,
        "USE_TZ": True,
    }


def test_no_hosts_are_called_and_passwords_have_no_composition_rules(https_settings: dict[str, object]) -> None:
    assert not any(https_settings[name] for name in OUTBOUND_SETTINGS)
    hashers, judges = https_settings["PASSWORD_HASHERS"], https_settings["AUTH_PASSWORD_VALIDATORS"]
    assert isinstance(hashers, list)
    assert isinstance(judges, list)
    assert hashers[0] == "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    names = {judge["NAME"].rpartition(".")[2] for judge in judges}
    assert names <= {
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "MinimumLengthValidator",
        "ObviousPasswordValidator",
        "PastPasswordValidator",
    }, names


def test_no_call_executes_text_or_unpickles() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        for node in nodes_of(tree_of(path)).get(ast.Call, []):
            shell = [word for word in node.keywords if word.arg == "shell"]
            if ast.unparse(node.func) in FORBIDDEN_CALLS or shell:
                wrong.append(f"{app_path(path)}:{node.lineno}")
    assert wrong == []
