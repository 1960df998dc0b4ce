"""Debian 12 machines in systemd-nspawn: a root folder as an overlay over a common one, systemd as first process, a
network only to the other machines.
"""

import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"
#: Packages of a minimal Debian; the documented commands install the others.
BASE_PACKAGES = "systemd,systemd-sysv,dbus,ca-certificates,iproute2,procps,openssl,nano"
ENVIRONMENT = (
    "HOME=/root",
    "LANG=C.UTF-8",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
)


class Failed(Exception):
    """A documented command failed, or its promised effect is missing."""


def run_on_host(*words: str, check: bool = True) -> str:
    """Run a command on this machine; return its output.

    Raises:
        Failed: the command failed.
    """
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise Failed(f"{' '.join(words)}: {done.stderr[-2000:] or done.stdout[-2000:]}")
    return done.stdout


def make_base(folder: Path, packages: Iterable[str]) -> None:
    """Make the common root folder once; packages are downloaded and not installed, so that the machines need no network."""
    ready = folder.with_name("base.ready")
    wanted = "\n".join(packages)
    if ready.exists() and ready.read_text() == wanted:
        return
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        run_on_host("debootstrap", "--variant=minbase", f"--include={BASE_PACKAGES}", SUITE, str(folder), MIRROR)
    # Services start only in the machines; Debian's container images delete downloaded packages, these machines keep them.
    (folder / "etc/apt/apt.conf.d/keep").write_text('Binary::apt::APT::Keep-Downloaded-Packages "true";\n')
    (folder / "etc/dpkg/dpkg.cfg.d/quick").write_text("force-unsafe-io\n")
    for command in (
        ["apt-get", "-q", "update"],
        ["apt-get", "-qy", "install", "--download-only", *wanted.split()],
    ):
        run_on_host("chroot", str(folder), "env", "-i", *ENVIRONMENT, *command)
    ready.write_text(wanted)


class Machine:
    """A systemd-nspawn machine."""

    def __init__(self, name: str, address: str, folder: Path, *, binds: dict[str, Path]) -> None:
        self.name, self.address, self.folder, self.binds = name, address, folder / name, binds
        self.net, self.root = (
            f"gk-{folder.name[-4:].replace('_', '0')}-{name}",
            folder / name / "root",
        )  # other runs have theirs
        self.base, self.log = folder / "base", folder / f"{name}.log"
        self.number = folder / f"{name}.pid"

    def renew(self) -> None:
        """Delete everything on the machine, and start it empty."""
        self.stop()
        for part in ("upper", "work", "root"):
            shutil.rmtree(self.folder / part)
        self.start()

    def start(self) -> None:
        """Start the machine empty."""
        for part in ("upper", "work", "root"):
            (self.folder / part).mkdir(parents=True)
        layers = f"lowerdir={self.base},upperdir={self.folder}/upper,workdir={self.folder}/work"
        run_on_host("mount", "-t", "overlay", "overlay", "-o", layers, str(self.root))
        (self.root / "etc/hostname").write_text(f"{self.name}\n")
        (self.root / "etc/hosts").write_text(f"127.0.0.1 localhost {self.name}\n")
        self.log.write_text("")
        self.boot()

    def groups(self) -> list[Path]:
        """Return its control groups; systemd could not stop the processes of a unit in shared ones."""
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
        return [
            Path(mount[1]) / self.net
            for mount in mounts
            if mount[2] == "cgroup2" or (mount[2] == "cgroup" and "name=systemd" in mount[3])
        ]

    def boot(self) -> None:
        """Boot the machine and wait until systemd has started."""
        for group in self.groups():
            group.mkdir(exist_ok=True)
        join = "".join(f"echo $$ > {group}/cgroup.procs; " for group in self.groups())
        words = ["sh", "-c", f'{join}exec "$@"', "sh"]
        words += ["systemd-nspawn", "-q", "--register=no", "--keep-unit", "--boot", "--console=read-only"]
        words += [f"--directory={self.root}", f"--machine={self.net}", f"--hostname={self.name}"]
        words += [f"--network-namespace-path=/run/netns/{self.net}"]
        words += [f"--bind={here}:{there}" for there, here in self.binds.items()]
        with self.log.with_suffix(".console").open("ab") as console:
            process = subprocess.Popen(
                words, stdout=console, stderr=console, stdin=subprocess.DEVNULL, start_new_session=True
            )
        self.number.write_text(str(process.pid))
        until = time.monotonic() + 60
        while self.run("systemctl is-system-running || true", quiet=True).strip() not in {
            "running",
            "degraded",
        }:
            if time.monotonic() > until:
                raise Failed(f"{self.name} did not start, see {self.log.with_suffix('.console')}")
            time.sleep(0.5)

    def first(self) -> str:
        """Return the process id of its first process on the host; "" if it is off."""
        try:
            number = self.number.read_text().strip()
            children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        except OSError:
            return ""
        return children[0] if children else ""

    def run(
        self, script: str, *, typed: str = "", seconds: float = 7200, check: bool = True, quiet: bool = False
    ) -> str:
        """Run a script as root in a shell that ends at the first error; return its output.

        Raises:
            Failed: a command failed.
        """
        if not self.first():
            return ""
        name = f"script-{time.monotonic_ns()}.sh"
        (self.root / "root" / name).write_text(script)
        inside = ["env", "-C", "/root", "-i", *ENVIRONMENT, "bash", "-eu", "-o", "pipefail", f"/root/{name}"]
        command = ["nsenter", "--all", f"--target={self.first()}", "--", *inside]
        with (self.log.with_suffix(".quiet") if quiet else self.log).open("w+" if quiet else "a+") as log:
            log.write(f"\n{time.strftime('%T')} $ {script}\n")
            log.flush()
            start = log.tell()
            done = subprocess.run(command, input=typed, stdout=log, stderr=log, text=True, timeout=seconds, check=False)
            log.seek(start)
            said = log.read()
            log.write(f"[{done.returncode}] {time.strftime('%T')}\n")
        (self.root / "root" / name).unlink(missing_ok=True)
        if check and done.returncode:
            raise Failed(f"{self.name}: {script.strip()[:400]}\n{said[-3000:]}")
        return said

    def fails(self, script: str, words: str) -> str:
        """Check that a script fails with these words; return its output.

        Raises:
            Failed: it succeeded, or printed something else.
        """
        said = self.run(f"if ( {script} ); then echo WENT-THROUGH; fi", check=False)
        if "WENT-THROUGH" in said or words not in said:
            raise Failed(f"{self.name}: {script}: expected a refusal with “{words}”: {said[-1500:]}")
        return said

    def stop(self) -> None:
        """Switch the machine off immediately and keep its folder."""
        if self.first():
            run_on_host("kill", "-KILL", self.first(), check=False)
            time.sleep(1)
        run_on_host("umount", "-l", str(self.root), check=False)


def connect(one: Machine, other: Machine) -> None:
    """Connect two machines by a virtual cable; they reach nothing else."""
    for machine in (one, other):
        run_on_host("ip", "netns", "del", machine.net, check=False)
        run_on_host("ip", "netns", "add", machine.net)
    run_on_host(
        "ip",
        "link",
        "add",
        "host0",
        "netns",
        one.net,
        "type",
        "veth",
        "peer",
        "name",
        "host0",
        "netns",
        other.net,
    )
    for machine in (one, other):
        for words in ("link set lo up", f"addr add {machine.address}/24 dev host0", "link set host0 up"):
            run_on_host("ip", "-n", machine.net, *words.split())
