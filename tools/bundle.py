"""Build an offline bundle: `python tools/bundle.py [--key release.key] [--arch aarch64] [--image docker]` writes
build/gongkai-VERSION-ARCH.tar.

The bundle contains wheels of every locked package and of this one, static files, systemd units, settings of nginx,
PgBouncer and PostgreSQL, `install.sh`, names of required Debian packages, checksums, and a signature if a key (Ed25519,
PEM) is given; with `--image` also the container image (deploy/Containerfile). Downloads are checked against the hashes
of the lock; the bundle has its own lock over the files in it. For another architecture, pure Python packages are built
here, and all others must have wheels.
"""

import argparse
import contextlib
import hashlib
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator

import install
from locks import ARCHES, PYTHON_VERSION, list_requirements

ROOT = install.ROOT
#: Debian packages that an installation needs or may need; `install.sh` reports missing ones.
DEBIAN_PACKAGES = (
    "python3.11",
    "python3.11-venv",
    "openssl",
    "nginx-light",
    "postgresql",
    "pgbouncer",
    "fonts-noto-cjk",
    "tzdata",
    "ca-certificates",
)
#: Programs that can build the container image, and its name, for which no registry is queried.
CONTAINER_ENGINES = ("docker", "podman")
IMAGE_NAME = "localhost/gongkai"


def run(*command: str, env: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, env=env)


def add_wheels(folder: pathlib.Path, arch: str, pip: list[str]) -> None:
    """Put a wheel of every locked package into a folder."""
    lock = list_requirements((ROOT / "requirements" / "base.txt").read_text(), arch)
    if arch == platform.machine():
        with _read_file_name(lock) as name:
            run(*pip, "wheel", "-q", "--no-deps", "--require-hashes", "-r", name, "-w", str(folder))
    else:
        _add_foreign_wheels(folder, arch, pip, lock)
    build = ["--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)]
    run(*pip, "wheel", "-q", *build)


@contextlib.contextmanager
def _read_file_name(lines: list[str]) -> Iterator[str]:
    """Yield the file name of a requirements file with these lines."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        yield file.name


def _add_foreign_wheels(folder: pathlib.Path, arch: str, pip: list[str], lock: list[str]) -> None:
    """Do the same for another architecture: packages without a wheel for it are built here and must be pure Python."""
    tags = [f"manylinux_2_{minor}_{arch}" for minor in (36, 35, 34, 31, 28, 27, 24, 17)] + [
        f"manylinux2014_{arch}",
        "any",
    ]
    plats = [word for tag in tags for word in ("--platform", tag)]
    for one in lock:
        with _read_file_name([one]) as name, tempfile.TemporaryDirectory() as built:
            named = ["--no-deps", "--require-hashes", "-r", name]
            only = ["--only-binary=:all:", "--python-version", PYTHON_VERSION, "-d", str(folder)]
            command = [*pip, "download", "-q", *named, *plats, *only]
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                continue
            run(*pip, "wheel", "-q", *named, "-w", built)
            for path in pathlib.Path(built).glob("*.whl"):
                if not path.name.endswith("-any.whl"):
                    sys.exit(f"{path.name}: no wheel for {arch}, and it is not pure Python")
                shutil.move(path, folder)


def make_lock(folder: pathlib.Path) -> str:
    """Return a lock over the wheels of a folder except this project's own."""
    lines = []
    for path in sorted(folder.glob("*.whl")):
        name, version = path.name.split("-")[:2]
        if name != "gongkai":
            lines.append(f"{name.replace('_', '-')}=={version} --hash=sha256:{digest(path)}")
    return "\n".join(lines) + "\n"


def digest(path: pathlib.Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def add_static_files(folder: pathlib.Path) -> None:
    with tempfile.TemporaryDirectory() as data:
        env = {**os.environ, "GONGKAI_DATA": data, "PYTHONPATH": str(ROOT / "src")}
        run(
            sys.executable,
            "-c",
            "from gongkai.ops.cli import main; main()",
            "manage",
            "collectstatic",
            "-v0",
            "--noinput",
            env=env,
        )
        shutil.copytree(pathlib.Path(data) / "static", folder)


def fill_bundle(folder: pathlib.Path, arch: str) -> None:
    """Put everything except the checksums into a folder."""
    pip = [sys.executable, install.bundled_pip()] if install.bundled_pip() else [sys.executable, "-m", "pip"]
    (folder / "wheels").mkdir(parents=True)
    add_wheels(folder / "wheels", arch, pip)
    (folder / "requirements.txt").write_text(make_lock(folder / "wheels"))
    add_static_files(folder / "static")
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    for name in ("nginx.conf", "nginx-site.conf"):
        shutil.copy(ROOT / "docs" / "portal" / name, folder / "deploy" / name)
    shutil.copy(ROOT / "docs" / "portal" / "varnish.vcl", folder / "deploy" / "varnish.vcl")
    shutil.move(folder / "deploy" / "install.sh", folder / "install.sh")
    (folder / "packages.txt").write_text("\n".join(DEBIAN_PACKAGES) + "\n")
    (folder / "ARCH").write_text(f"{arch}\n")


def add_image(folder: pathlib.Path, engine: str, version: str, base: str) -> None:
    """Build the container image from the folder (needs Debian's packages from the network) and save it there."""
    name = f"{IMAGE_NAME}:{version}"
    base_words = ["--build-arg", f"BASE={base}"] if base else []
    build = [engine, "build", "--network", "host", "-f", str(folder / "deploy" / "Containerfile"), "-t", name]
    run(*build, *base_words, str(folder))
    run(engine, "save", "-o", str(folder / "image.tar"), name)


def write_checksums(folder: pathlib.Path, key: str) -> None:
    """Write the checksums and sign them."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths)
    (folder / "SHA256SUMS").write_text(sums)
    if key:
        files = ["-in", str(folder / "SHA256SUMS"), "-out", str(folder / "SHA256SUMS.sig")]
        run("openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, *files)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--key", default="")
    words.add_argument("--arch", default=platform.machine(), choices=ARCHES)
    words.add_argument("--image", default="", choices=("", *CONTAINER_ENGINES), help="also build the container image")
    words.add_argument("--base", default="", help="the Debian 12 base image")
    asked = words.parse_args()
    if asked.image and asked.arch != platform.machine():
        sys.exit("an image can only be built for the architecture of this machine: omit --image or --arch")
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.M)[1]
    name = f"gongkai-{version}-{asked.arch}"
    target = ROOT / "build" / f"{name}.tar"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place) / name
        fill_bundle(folder, asked.arch)
        (folder / "VERSION").write_text(f"{version}\n")
        if asked.image:
            add_image(folder, asked.image, version, asked.base)
        write_checksums(folder, asked.key)
        with tarfile.open(target, "w") as tar:
            tar.add(folder, name)
    print(f"{target}  {target.stat().st_size / 1e6:.0f} MB  {digest(target)}")
    if not asked.key:
        print(
            "not signed: create a key with `openssl genpkey -algorithm ed25519 -out release.key` and pass KEY=release.key"
        )


if __name__ == "__main__":
    main()
