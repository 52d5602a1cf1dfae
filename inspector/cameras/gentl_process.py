"""The worker process of one GenTL producer, seen from the station: started, asked, and ended whatever it does."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import inspector
from inspector.cameras.shared_frames import SharedMemory
from inspector.domain.camera_feature import FeatureValue

_END_SECONDS = 2.0
_REAP_SECONDS = 0.5

Reply = dict[str, Any]


class ProducerLost(Exception):
    """The worker has ended or stands still. The message is one sentence that names the producer's file."""


class ProducerRefused(Exception):
    """The producer or its camera refuses. The message is its own; `kind` is "absent", "held" or "failed"."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


class ProducerProcess:
    """One worker process with one producer file. `ask` from any thread; `end` must be called.

    `pictures` is the pipe on which the worker tells of pictures, `memory` what it shares with this process.
    """

    def __init__(self, producer: Path) -> None:
        self.producer = producer
        self.memory = SharedMemory()
        self._control, control = Pipe()
        self.pictures, pictures = Pipe()
        self._lock = threading.Lock()
        self._number = 0
        self._lost = ""
        try:
            self._process = _started(control, pictures, self.memory.inherited)
        finally:
            control.close()
            pictures.close()

    @property
    def pid(self) -> int:
        """The process identifier of the worker."""
        return self._process.pid

    @property
    def lost(self) -> str:
        """Empty, or one sentence why the worker answers no more."""
        return self._lost

    def ask(self, what: str, seconds: float, **details: FeatureValue) -> Reply:
        """Return the worker's answer. Raises ProducerRefused; ProducerLost where it is not there within `seconds`."""
        with self._lock:
            if self._lost:
                raise ProducerLost(self._lost)
            self._number += 1
            reply = self._exchange({"what": what, "number": self._number, **details}, seconds)
        if "error" in reply:
            raise ProducerRefused(reply["kind"], reply["error"])
        return reply

    def trouble(self, seconds: float) -> str:
        """Ask whether producer and camera are there: empty, or one sentence why not. While another asks, that tells."""
        if self._lost or not self._lock.acquire(timeout=seconds):
            return self._lost
        self._lock.release()
        try:
            self.ask("ping", seconds)
        except ProducerLost as lost:
            return str(lost)
        except ProducerRefused as refused:
            return (
                f"the camera at the GenTL producer '{self.producer}' does not answer ({refused}); check cable and power"
            )
        return ""

    def end(self) -> None:
        """Have the worker let its camera go and end; one that does not is killed. More than once does no harm."""
        self._control.close()
        self.pictures.close()
        if not self._lost:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)
        self._kill()
        self._lost = self._lost or f"the worker of the GenTL producer '{self.producer}' was ended"
        self.memory.close()

    def _exchange(self, question: Reply, seconds: float) -> Reply:
        """Send a question and wait for its answer; whoever is too late once is not asked again."""
        try:
            self._control.send_bytes(json.dumps(question).encode())
            if self._control.poll(seconds):
                reply: Reply = json.loads(self._control.recv_bytes())
                return reply
            self._lost = self._stands_still(seconds)
        except (OSError, EOFError, ValueError):
            self._lost = self._has_ended()
        self._kill()
        raise ProducerLost(self._lost)

    def _stands_still(self, seconds: float) -> str:
        return (
            f"the GenTL producer '{self.producer}' has not answered for {seconds:g} s and its process was ended; "
            "if it happens again, update the software of the camera's vendor"
        )

    def _has_ended(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_REAP_SECONDS)
        return (
            f"the GenTL producer '{self.producer}' has crashed ({_described(self._process.returncode)}); "
            "if it happens again, update the software of the camera's vendor"
        )

    def _kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


def _started(control: Connection, pictures: Connection, memory: tuple[int, ...]) -> "subprocess.Popen[bytes]":
    """Return the running worker. Its output goes nowhere: a producer may print as much as it likes."""
    handles = (control.fileno(), pictures.fileno())
    command = [sys.executable, "-m", "inspector.cameras.gentl_worker", *map(str, handles)]
    house = str(Path(inspector.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, (house, os.environ.get("PYTHONPATH", ""))))
    environment = {**os.environ, "PYTHONPATH": path}
    nowhere = subprocess.DEVNULL
    if sys.platform == "win32":
        for handle in handles:
            os.set_handle_inheritable(handle, True)
        return subprocess.Popen(
            command,
            stdin=nowhere,
            stdout=nowhere,
            stderr=nowhere,
            env=environment,
            startupinfo=subprocess.STARTUPINFO(lpAttributeList={"handle_list": list(handles)}),
            creationflags=subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP,
        )
    return subprocess.Popen(
        command,
        stdin=nowhere,
        stdout=nowhere,
        stderr=nowhere,
        env=environment,
        pass_fds=(*handles, *memory),
        start_new_session=True,  # a Ctrl-C in the terminal is the station's to answer
    )


def _described(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return "no exit code" if code is None else f"exit code {code}"
