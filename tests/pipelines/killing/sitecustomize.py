"""Kills a process of a run at chosen calls, without a hook in the product.

Python imports this module at the start of every process that has its folder on PYTHONPATH. ``TAMIS_KILLS`` is JSON:
``folder`` for counts that all processes share, ``victim`` (``worker``: who makes the call, ``driver``, or ``nobody``:
the call is held up for the test to do something meanwhile), and
``calls``: for each ``module:function`` at which calls, counted from 1, to kill. The call of ``commit`` counts
when it has published its file.
"""

import fcntl
import functools
import importlib.abc
import importlib.util
import json
import os
import signal
import sys
import time
from pathlib import Path

HELD_SECONDS = 60


class _Patcher(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads a module as always, then puts counting functions in."""

    def __init__(self, kills):
        self.folder, self.victim, self.calls = Path(kills["folder"]), kills["victim"], kills["calls"]
        self.loaders = {}

    def find_spec(self, name, path=None, target=None):
        if not any(place.startswith(f"{name}:") for place in self.calls):
            return None
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        self.loaders[name], spec.loader = spec.loader, self
        return spec

    def exec_module(self, module):
        self.loaders[module.__name__].exec_module(module)
        for place in self.calls:
            name, function = place.split(":")
            if name == module.__name__:
                wrap = self.after if function == "commit" else self.before
                setattr(module, function, wrap(getattr(module, function), place))

    def before(self, function, place):
        @functools.wraps(function)
        def counted(*args, **kwargs):
            self.count(place)
            return function(*args, **kwargs)

        return counted

    def after(self, function, place):
        import contextlib

        @contextlib.contextmanager
        def counted(path):
            with function(path) as file:
                yield file
            if "/work/" not in path and os.getpid() != int(os.environ["TAMIS_DRIVER"]):
                self.count(place)

        return counted

    def count(self, place):
        with (self.folder / place.replace(":", "-")).open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(b".")
            file.flush()
            count = file.tell()
        if count in self.calls[place] and self.victim == "nobody":
            time.sleep(HELD_SECONDS)
        elif count in self.calls[place]:
            with (self.folder / "kills").open("a") as file:
                file.write(f"{time.time()} {place} {count}\n")
            os.kill(os.getpid() if self.victim == "worker" else int(os.environ["TAMIS_DRIVER"]), signal.SIGKILL)
            time.sleep(HELD_SECONDS)  # a worker without a driver is ended, and must not come to its next kill before


if "TAMIS_KILLS" in os.environ:
    os.environ.setdefault("TAMIS_DRIVER", str(os.getpid()))
    _patcher = _Patcher(json.loads(os.environ["TAMIS_KILLS"]))
    sys.meta_path.insert(0, _patcher)
    if sys.orig_argv[1:3] == ["-m", "pipelines.engine"]:
        with (_patcher.folder / "starts").open("a") as _file:
            _file.write(f"{time.time()}\n")
