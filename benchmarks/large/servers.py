"""A primary and its streaming replica, each with a PgBouncer, set up from the files of deploy/."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tools.nginx import find_free_port
from tools.with_postgres import system_server

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
PASSWORD, DATABASE = "bench-large", "gongkai"
#: Settings of primary.conf for a machine of 16 GB, reduced for this one; nothing else is changed.
SIZE_SETTINGS = {
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "maintenance_work_mem": "128MB",
    "max_connections": "80",
}


def list_missing_programs() -> list[str]:
    """Return the programs that are not installed."""
    path = f"{os.environ['PATH']}:/usr/sbin"
    found = [name for name in ("pgbouncer", "nginx", "psql") if not shutil.which(name, path=path)]
    return found + ([] if system_server() else ["postgresql"])


class Postgres:
    """A PostgreSQL server with its own folder and port."""

    def __init__(self, folder: Path) -> None:
        found = system_server()
        assert found is not None
        self.tools, self.prefix = os.path.dirname(os.path.realpath(f"{found[0]}/initdb")), found[1]
        self.folder, self.data, self.port = folder, folder / "data", find_free_port()
        folder.mkdir()
        folder.chmod(0o777)

    def run(self, *words: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a program as PostgreSQL's account."""
        path = f"{self.tools}:{os.environ['PATH']}"
        command = [*self.prefix, "env", f"PATH={path}", *[f"{k}={v}" for k, v in env.items()], *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        if check and done.returncode:
            raise SystemExit(f"{words[0]}: {done.stderr[-800:]}")
        return done

    def make(self) -> None:
        """Create an empty server with the roles from deploy/, and start it."""
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "password").chmod(0o644)
        locale = ("-E", "UTF8", "--locale=C.UTF-8")
        auth = ("-A", "scram-sha-256", f"--pwfile={self.folder}/password")
        self.run("initdb", "-D", str(self.data), "-U", "gongkai", *auth, *locale)
        sizes = "\n".join(f"{name} = {value}" for name, value in SIZE_SETTINGS.items())
        settings = (DEPLOY / "postgresql" / "primary.conf").read_text()
        text = f"listen_addresses = '127.0.0.1'\nunix_socket_directories = '{self.folder}'\n{settings}\n{sizes}\n"
        self.write("postgresql.conf", text)
        self.write(
            "pg_hba.conf",
            "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n",
        )
        self.start()
        self.ask(f"CREATE ROLE gongkai_replica LOGIN REPLICATION PASSWORD '{PASSWORD}'", "postgres")

    def write(self, name: str, text: str) -> None:
        """Write a file of its data folder."""
        (self.folder / "new").write_text(text)
        (self.folder / "new").chmod(0o644)
        self.run("cp", f"{self.folder}/new", f"{self.data}/{name}")

    def follow(self, primary: "Postgres") -> None:
        """Make the server a replica with the script in deploy/, and start it."""
        passes = self.folder / "passes"
        passes.write_text(f"127.0.0.1:*:*:gongkai_replica:{PASSWORD}\n")
        self.run("install", "-m", "600", str(passes), f"{self.folder}/pgpass")
        script = self.folder / "replica.sh"
        shutil.copy(DEPLOY / "postgresql" / "replica.sh", script)
        self.run(
            "sh",
            str(script),
            "127.0.0.1",
            str(self.data),
            PGPORT=str(primary.port),
            PGPASSFILE=f"{self.folder}/pgpass",
        )
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-p {self.port} -k {self.folder}"
        self.run(
            "pg_ctl",
            "-D",
            str(self.data),
            "-w",
            "-t",
            "120",
            "-l",
            f"{self.folder}/log",
            "-o",
            options,
            "start",
        )

    def kill(self) -> None:
        """Kill the server with all its processes, as when a machine fails."""
        first = self.number()
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for number in [first, *map(int, children)]:
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def number(self) -> int:
        """Return the process id of its first process."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def promote(self) -> None:
        """Promote the replica, as documented in replica.sh."""
        self.run("pg_ctl", "promote", "-w", "-D", str(self.data))

    def stop(self) -> None:
        """Stop the server immediately."""
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop", check=False)

    def ask(self, query: str, name: str = DATABASE) -> str:
        """Return the output of a query through the socket."""
        words = (
            "psql",
            "-h",
            str(self.folder),
            "-p",
            str(self.port),
            "-U",
            "gongkai",
            "-d",
            name,
            "-XAtc",
            query,
        )
        return self.run(*words).stdout.strip()

    def url(self, name: str = DATABASE) -> str:
        """Return the server's own URL, bypassing PgBouncer: for migrations, seeding and backups."""
        return database_url(self.port, name)


def database_url(port: int, name: str = DATABASE) -> str:
    """Return the URL of a database on a port of this machine."""
    return f"postgres://gongkai:{PASSWORD}@127.0.0.1:{port}/{name}"


class Pooler:
    """A PgBouncer with the configuration from deploy/ on other ports."""

    def __init__(self, folder: Path, behind: Postgres) -> None:
        self.folder, self.prefix, self.port = folder, behind.prefix, find_free_port()
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        folder.chmod(0o777)
        (folder / "userlist.txt").write_text(f'"gongkai" "{PASSWORD}"\n')
        self.point(behind)

    def point(self, behind: Postgres) -> None:
        """Set the server to which PgBouncer forwards."""
        text = (DEPLOY / "pgbouncer" / "pgbouncer.ini").read_text()
        for old, new in {
            "host=127.0.0.1 port=5432": f"host=127.0.0.1 port={behind.port}",
            "listen_port = 6432": f"listen_port = {self.port}",
            "/etc/pgbouncer/userlist.txt": f"{self.folder}/userlist.txt",
        }.items():
            assert old in text, old
            text = text.replace(old, new)
        (self.folder / "pgbouncer.ini").write_text(f"{text}\nunix_socket_dir =\nlogfile = {self.folder}/log\n")

    def start(self) -> None:
        """Start it and wait until it listens."""
        program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        command = [*self.prefix, str(program), "-q", f"{self.folder}/pgbouncer.ini"]
        self.process = subprocess.Popen(
            command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wait_for(self.port)

    def reload(self) -> None:
        """Reload its configuration."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGHUP)

    def kill(self) -> None:
        """Kill it immediately."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def wait_for(port: int, seconds: float = 60) -> None:
    """Return when a process listens on a port."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"no process listens on port {port}")
