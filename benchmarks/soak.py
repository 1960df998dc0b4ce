"""Kill imports, confirms and publishings a hundred times, and count what was lost (`make soak`).

A worker does them one after another and says each on a line behind its commit. It is killed without warning at a random moment. Then
everything that it had said must be there whole, nothing may be there in part, and the log must verify.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

KILLS = 100


def main(kills: int = KILLS) -> int:
    """Run the soak; return how much was lost or left in part."""
    chance = random.Random()
    said: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "GONGKAI_DATA": folder, "DJANGO_SETTINGS_MODULE": "gongkai.config.settings"}
        env.pop("DATABASE_URL", None)
        _worker("prepare", env)
        for number in range(kills):
            said += _killed(env, chance.uniform(0.2, 3.0))
            if number % 10 == 9:
                print(f"  {number + 1} kills, {len(said)} operations done", flush=True)
        verdict = json.loads(_worker("check", env, json.dumps(said)).splitlines()[-1])
    counts = {
        kind: sum(1 for line in said if line[0] == kind) for kind in ("imported", "confirmed", "published")
    }
    print(f"{kills} kills; done before them: {counts}; movements {verdict['movements']}")
    for fault in verdict["faults"]:
        print(f"  {fault}")
    print(f"{len(verdict['faults'])} lost or in part")
    return len(verdict["faults"])


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


def _killed(env: dict[str, str], after: float) -> list[list[str]]:
    """Let the worker work, kill it so long after its first word, and return what it said."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.soak_worker", "work"], env=env, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    worker.stdout.readline()  # it is ready
    time.sleep(after)
    worker.send_signal(signal.SIGKILL)
    out, _ = worker.communicate()
    return [line.split() for line in out.splitlines() if line.endswith(" .")]


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1]) if len(sys.argv) > 1 else KILLS) else 0)
