"""Running the command in a process of its own, and looking for the processes that it leaves."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

KILLING = str(Path(__file__).with_name("killing"))
COMMAND = [sys.executable, "-c", "from pipelines.command import main; main()"]


def started(folder, *options, kills=None, victim="worker", **environment):
    """``tamis run`` over ``folder/tamis.yaml``, just started."""
    if kills is not None:
        counts = Path(folder, "counts")
        counts.mkdir(exist_ok=True)
        orders = {"folder": str(counts), "victim": victim, "calls": kills}
        environment |= {
            "TAMIS_KILLS": json.dumps(orders),
            "PYTHONPATH": os.pathsep.join(filter(None, (KILLING, os.environ.get("PYTHONPATH")))),
        }
    return subprocess.Popen(
        [*COMMAND, "run", str(Path(folder, "tamis.yaml")), *map(str, options)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_heed_interrupts,
    )


def _heed_interrupts():
    """Shells start background jobs with SIGINT ignored, and tests may run in one."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def told(folder, *options, **how):
    """Exit status and output of a whole run."""
    with started(folder, *options, **how) as process:
        try:
            output, _ = process.communicate(timeout=300)
        finally:
            process.kill()
    return process.returncode, output


def kill_count(folder):
    """How many processes were killed."""
    return len(Path(folder, "counts", "kills").read_text().splitlines())


def restart_seconds(folder):
    """For each kill, how long it took until the next engine was started."""
    kills, starts = (Path(folder, "counts", name).read_text().splitlines() for name in ("kills", "starts"))
    times = sorted(float(start) for start in starts)
    killed = [float(line.split()[0]) for line in kills]
    return [min((start for start in times if start > when), default=math.inf) - when for when in killed]


def processes_of(folder):
    """Numbers of the living processes that name a folder in their command line or environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            known = (path / "cmdline").read_bytes() + (path / "environ").read_bytes()
            state = (path / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue  # it has ended since
        if str(folder).encode() in known and state != "Z" and int(path.name) != os.getpid():
            found.append(int(path.name))
    return found


def wait_until(condition, seconds=30.0):
    """Wait for something to become true."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.05)


def kill(pid):
    """``kill -9``."""
    os.kill(pid, signal.SIGKILL)
