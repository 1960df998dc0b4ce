"""What docs/security.md says of cookies, headers and dangerous calls, held against a process under https and against the code."""

import ast
import json
import os
import subprocess
import sys

import pytest

from architecture.floors import PACKAGE, nodes_of, tree_of

ASKED = (
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
)
PRINT = (
    "import json; from django.conf import settings; "
    f"print(json.dumps({{name: getattr(settings, name) for name in {ASKED!r}}}))"
)
#: Calls that run text as a program, or build objects from bytes.
FORBIDDEN = {
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
def secured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Settings as a process reads them where the site is called by https."""
    env = {**os.environ, "GONGKAI_DATA": str(tmp_path_factory.mktemp("data"))}
    env |= {"DJANGO_SETTINGS_MODULE": "gongkai.config.settings", "PYTHONPATH": str(PACKAGE.parent)}
    env |= {"GONGKAI_BASE_URL": "https://www.yunling.gov.cn"}
    run = subprocess.run([sys.executable, "-c", PRINT], env=env, capture_output=True, text=True, check=True)
    settings: dict[str, object] = json.loads(run.stdout.splitlines()[-1])
    return settings


def test_cookies_and_headers_under_https(secured: dict[str, object]) -> None:
    assert secured == {
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
    }


def test_no_call_runs_text_or_rebuilds_objects() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        for node in nodes_of(tree_of(path)).get(ast.Call, []):
            shell = [word for word in node.keywords if word.arg == "shell"]
            if ast.unparse(node.func) in FORBIDDEN or shell:
                wrong.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert wrong == []
