"""Files in deploy/ match the program, each other and the samples; no container is started."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools import locks

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SCRIPTS = sorted((DEPLOY / "containers").glob("*.sh"))
#: Settings that only scripts or compose read.
SCRIPT_SETTINGS = {
    "GONGKAI_BACKUP_HOUR",
    "GONGKAI_BACKUP_DAYS",
    "GONGKAI_VERSION",
    "GONGKAI_NET",
    "GONGKAI_HTTP",
    "GONGKAI_TLS",
    "GONGKAI_BACKUP",
}
REQUIRED_KEYS = {"image", "restart", "user", "read_only", "cap_drop", "security_opt", "logging"}


def is_documented(name: str) -> bool:
    """Return true if docs/start.md documents a setting (or the setting whose value a file contains)."""
    return f"`{name.removesuffix('_FILE')}`" in (ROOT / "docs" / "start.md").read_text()


def list_assigned(path: Path) -> list[str]:
    return re.findall(r"^#?([A-Z_]+)=", path.read_text(), re.M)


def test_each_given_setting_is_documented() -> None:
    given = {name for one in SERVICES.values() for name in one.get("environment", {})}
    given |= {
        *list_assigned(DEPLOY / "gongkai.env"),
        *list_assigned(DEPLOY / "owner.env"),
        *list_assigned(DEPLOY / "containers" / "gongkai.env"),
    }
    assert len(given) > 20
    assert {name for name in given - SCRIPT_SETTINGS if not is_documented(name)} == set()
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    written = (DEPLOY / "containers" / "install.sh").read_text()
    assert asked
    assert all(f"{name}=" in written for name in asked)


@pytest.mark.parametrize("name", SERVICES)
def test_services_run_unprivileged_and_read_only(name: str) -> None:
    one = SERVICES[name]
    assert set(one) >= REQUIRED_KEYS
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    user, group = one["user"].split(":")
    assert user != "0"
    assert group == "990"
    assert ("ports" in one) == (name == "front")
    words = one.get("command", ["gongkai"])
    assert words[0] == "gongkai" or (DEPLOY / "containers" / words[0]).exists()
    assert set(one.get("secrets", [])) <= set(COMPOSE["secrets"])
    places = {mount.split(":")[0] for mount in one.get("volumes", [])}
    assert {place for place in places if place[0] not in "./$"} <= set(COMPOSE["volumes"])
    assert set(one.get("depends_on", {})) <= set(SERVICES)


def test_only_schema_services_have_the_owner_password() -> None:
    assert {name for name, one in SERVICES.items() if "owner_password" in one.get("secrets", [])} == {
        "database",
        "migrate",
        "backup",
    }
    for name, one in SERVICES.items():
        role = "gongkai_owner" if name in ("migrate", "backup") else "gongkai"
        assert one.get("environment", {}).get("DATABASE_URL", f"//{role}@").split("//")[1].startswith(f"{role}@")
    readers = {path.name for path in (DEPLOY / "systemd").glob("*.service") if "owner.env" in path.read_text()}
    assert readers == {"gongkai-migrate.service", "gongkai-backup.service"}


def test_accounts_and_mounts_match_the_image() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert "--uid 990 --gid 990" in text
    assert "--uid 991 --gid 991" in text
    targets = {
        mount.removesuffix(":ro").rsplit(":", 1)[1] for one in SERVICES.values() for mount in one.get("volumes", [])
    }
    assert all(target in text for target in targets if not target.startswith("/etc/"))


def test_nginx_sample_contains_replaced_lines() -> None:
    sample = (ROOT / "docs" / "portal" / "nginx.conf").read_text()
    assert len(sample.splitlines()) <= 60  # one screen
    script = (DEPLOY / "containers" / "front.sh").read_text()
    replaced = {one.strip('"') for one in re.findall(r'^ *put ("[^"]+"|\S+) ', script, re.M)}
    assert len(replaced) == 11
    assert all(one in sample for one in replaced)
    assert all(sample.count(one) == 1 for one in replaced if one.startswith(("listen", "ssl")))


def test_pgbouncer_ini_contains_replaced_lines() -> None:
    lines = (DEPLOY / "pgbouncer" / "pgbouncer.ini").read_text().splitlines()
    patterns = re.findall(r"'s\|(\^[^|]+)\|", (DEPLOY / "containers" / "pooler.sh").read_text())
    assert len(patterns) == 3
    assert all(any(re.match(one, line) for line in lines) for one in patterns)


@pytest.mark.parametrize("path", [*SCRIPTS, *DEPLOY.glob("p*/*.sh"), *DEPLOY.glob("*.sh")], ids=lambda p: p.name)
def test_shell_scripts_are_valid(path: Path) -> None:
    assert path.read_text().startswith("#!/bin/sh\n")
    assert os.access(path, os.X_OK) or path.name == "install.sh"
    assert subprocess.run(["sh", "-n", str(path)], check=False).returncode == 0


def run_shell(command: str, folder: Path) -> None:
    """Run a command in a folder, with the programs in it instead of those of PostgreSQL."""
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    subprocess.run(["sh", "-eu", "-c", command], cwd=folder, env=environment, check=True)


def test_base_backup_deletes_what_a_killed_one_left(tmp_path: Path) -> None:
    programs = {
        "psql": "echo f",
        "pg_basebackup": 'mkdir -p "${1#--pgdata=}" && touch "${1#--pgdata=}/backup_label"',
        "pg_verifybackup": "",
        "pg_archivecleanup": "",
    }
    for name, text in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "archive" / "base" / ".part.1").mkdir(parents=True)
    run_shell(f"sh {DEPLOY}/postgresql/base.sh archive", tmp_path)
    (name,) = os.listdir(tmp_path / "archive" / "base")
    assert name.startswith("2")


def test_settings_file_is_never_readable_by_others_while_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "owner.env").write_text("A=1\n")
    (tmp_path / "owner.env").chmod(0o600)
    run_shell(
        f". {DEPLOY}/settings.sh; umask 022; chown() {{ stat -c %a owner.env.new > mode; }}; put owner.env A 2",
        tmp_path,
    )
    assert ((tmp_path / "mode").read_text(), (tmp_path / "owner.env").read_text()) == ("600\n", "A=2\n")


def test_systemd_units_name_installed_scripts() -> None:
    named = {
        word
        for unit in (DEPLOY / "systemd").glob("*.service")
        for word in re.findall(r"/opt/gongkai/deploy/(\S+\.sh)", unit.read_text())
    }
    assert named == {"backup.sh", "postgresql/base.sh"}
    assert all((DEPLOY / one).exists() for one in named)


def test_hardening_keeps_shared_memory_and_setgid_bit() -> None:
    """`RemoveIPC` would end PostgreSQL's shared memory with `gongkai-base`; page folders need the setgid bit."""
    limits = (DEPLOY / "systemd" / "hardening.conf").read_text()
    assert "CapabilityBoundingSet=\n" in limits
    assert not re.search(r"^(RemoveIPC|RestrictSUIDSGID)=", limits, re.M)


@pytest.mark.parametrize("arch", locks.ARCHES)
def test_bundle_contains_each_package_once(arch: str) -> None:
    lock = (ROOT / "requirements" / "base.txt").read_text()
    names = [one.split("==")[0].lower() for one in locks.list_requirements(lock, arch)]
    assert len(names) > 80
    assert len(names) == len(set(names))


def test_bundle_evaluates_environment_markers() -> None:
    lock = (
        "old==1 ; python_full_version < '3.11.5' \\\n    --hash=sha256:aa\n    # via x\n"
        "old==2 ; python_full_version >= '3.11.5' \\\n    --hash=sha256:bb\n"
        "arm==1 ; platform_machine == 'aarch64' \\\n    --hash=sha256:cc\nall==1 \\\n    --hash=sha256:dd\n"
    )
    assert [one.split(" ")[0] for one in locks.list_requirements(lock, "x86_64")] == ["old==1", "all==1"]
    assert [one.split(" ")[0] for one in locks.list_requirements(lock, "aarch64")] == ["old==1", "arm==1", "all==1"]
    assert locks.list_requirements(lock, "x86_64")[0].startswith("old==1 \\\n    --hash=sha256:aa")
