"""Kill imports and confirmations of notices for two minutes, and count what was lost (`make soak`).

Publishing, migration and packages have tests of their own. A worker imports and confirms one after another and prints a
line after each commit. It is killed without warning at a random moment. Then everything printed must be complete,
nothing may exist in part, and the log must verify. If nothing of a kind was done before the kills, the soak fails.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

SECONDS = 120
#: Maximum number of kills, even if a kind was never done.
MAX_KILLS = 60
KINDS = ("imported", "confirmed")


def main(seconds: int = SECONDS) -> int:
    """Run the soak; return the number of things lost, incomplete, or never done."""
    chance = random.Random()
    said: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "GONGKAI_DATA": folder, "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings"}
        env.pop("DATABASE_URL", None)
        _worker("prepare", env)
        kills, end = 0, time.monotonic() + seconds
        while time.monotonic() < end or (set(KINDS) - {line[0] for line in said} and kills < MAX_KILLS):
            said += _run_until_killed(env, chance.uniform(0.2, 6.0))
            kills += 1
            if kills % 10 == 0:
                print(f"  {kills} kills, {len(said)} operations done", flush=True)
        verdict = json.loads(_worker("check", env, json.dumps(said)).splitlines()[-1])
    counts = {kind: sum(1 for line in said if line[0] == kind) for kind in KINDS}
    print(f"{kills} kills; done before them: {counts}; movements {verdict['movements']}")
    for fault in verdict["faults"]:
        print(f"  {fault}")
    print(f"{len(verdict['faults'])} lost or incomplete")
    unshown = [kind for kind in KINDS if not counts[kind]]
    if unshown:
        print(f"nothing {' and nothing '.join(unshown)}: the soak did not test it")
    return len(verdict["faults"]) + len(unshown)


def _worker(task: str, env: dict[str, str], words: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak_worker", task],
        env=env,
        input=words,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


def _run_until_killed(env: dict[str, str], after: float) -> list[list[str]]:
    """Run the worker, kill it `after` seconds after its first line, and return its lines."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.soak_worker", "work"], env=env, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    worker.stdout.readline()  # the line that reports it is ready
    time.sleep(after)
    worker.send_signal(signal.SIGKILL)
    out, _ = worker.communicate()
    return [line.split() for line in out.splitlines() if line.endswith(" .")]


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS) else 0)
