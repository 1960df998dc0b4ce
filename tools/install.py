"""Install locked packages into the virtual environment: `python3.11 tools/install.py .venv requirements/base.txt [--own]`.

Every file is checked against the hashes of the lock. uv installs, in a sixth of pip's processor time; it is itself
installed from a lock with hashes, by the pip that is part of Python. pip's settings of indexes, mirrors and certificates
(its files and variables) are passed to uv. If uv does not run, pip installs. `--own` also installs this project,
editable.
"""

import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
#: Setting of pip → option of uv.
UV_OPTIONS = {
    "index-url": "--index-url",
    "extra-index-url": "--extra-index-url",
    "find-links": "--find-links",
    "trusted-host": "--allow-insecure-host",
}
NO_VENV = "Python's venv module is needed: apt-get install python3-venv"


def bundled_pip() -> str:
    """Return the path of the pip wheel bundled with Python, which is run without unpacking it: that would take longer than its work."""
    import ensurepip

    places = [
        getattr(ensurepip, "_WHEEL_PKG_DIR", None),
        pathlib.Path(ensurepip.__file__).parent / "_bundled",
    ]
    found = [wheel for place in places if place for wheel in pathlib.Path(place).glob("pip-*.whl")]
    return f"{found[0]}/pip" if found else ""


def make_environment(folder: pathlib.Path) -> list[str]:
    """Create the environment if it does not exist; return the command that runs pip in it."""
    python = str(folder / "bin" / "python")
    try:
        pip = bundled_pip()
        if not (folder / "bin" / "python").exists():
            import venv

            venv.create(folder, with_pip=not pip, symlinks=True)
    except (ImportError, subprocess.CalledProcessError) as error:
        sys.exit(f"{NO_VENV} ({error})")
    return [python, pip] if pip else [python, "-m", "pip"]


def read_pip_settings(pip: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return options and environment variables of uv that are equal to pip's settings of package indexes."""
    said = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False).stdout
    options, variables = [], {}
    for line in said.splitlines():
        key, _, value = line.partition("=")
        name, values = key.rpartition(".")[2], value.strip("'\"").replace("\\n", " ").split()
        options += [word for one in values if name in UV_OPTIONS for word in (UV_OPTIONS[name], one)]
        if name == "no-index" and value.strip("'\"").lower() in {"1", "true", "yes", "on"}:
            options.append("--no-index")
        if name == "cert" and values:
            variables["SSL_CERT_FILE"] = values[0]
    return options, variables


def find_uv(folder: pathlib.Path, pip: list[str]) -> str | None:
    """Return the path of uv: the environment's, installed now if it is missing, else the system's."""
    uv = folder / "bin" / "uv"
    if not uv.exists():
        lock = str(ROOT / "requirements" / "uv.txt")
        subprocess.run(
            [*pip, "install", "-q", "--no-deps", "--no-compile", "--require-hashes", "-r", lock], check=False
        )
    return str(uv) if uv.exists() else shutil.which("uv")


def main(folder: pathlib.Path, lock: str, own: bool) -> int:
    """Install the packages; return the exit code."""
    pip = make_environment(folder)
    uv = find_uv(folder, pip)
    mine = ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    if uv:
        options, variables = read_pip_settings(pip)
        install = [uv, "pip", "install", "-q", "--python", str(folder / "bin" / "python"), *options]
        locked = [*install, "--index-strategy", "unsafe-best-match", "--require-hashes", "-r", lock]
        env = {**os.environ, **variables}
        if subprocess.run(locked, env=env, check=False).returncode == 0:
            return subprocess.run([*install, *mine], env=env, check=False).returncode if own else 0
        print("uv failed; installing with pip", file=sys.stderr)
    code = subprocess.run([*pip, "install", "-q", "--require-hashes", "-r", lock], check=False).returncode
    return code or (subprocess.run([*pip, "install", "-q", *mine], check=False).returncode if own else 0)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).absolute(), sys.argv[2], "--own" in sys.argv))
