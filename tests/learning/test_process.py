"""Learning aside: progress, result, refusal, the wish to stop; whatever the process does."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from inspector.learning.process import LearnedAside, LearningFailed, LearningProcess, learning_command
from inspector.teaching.progress import Progress, TeachingCancelled

PATIENCE = 20.0
RESULT = {
    "candidate": "x.recipe.candidates/0002.recipe",
    "number": 2,
    "pictures": 12,
    "corrected": 4,
    "contradictions": ["look at them"],
    "notes": ["one was left out"],
}


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def test_progress_and_result() -> None:
    lines = [json.dumps({"stage": "reading", "done": done, "total": 2}) for done in range(3)]
    text = "\n".join([*lines, "no JSON at all", json.dumps(RESULT)])
    seen: list[Progress] = []
    process = LearningProcess(python(f"print({text!r})"), seen.append)
    learned = process.future.result(PATIENCE)
    process.close()
    assert learned == LearnedAside(Path(RESULT["candidate"]), 2, 12, 4, ("look at them",), ("one was left out",))
    assert seen == [Progress("reading", done, 2) for done in range(3)]


def test_a_refusal_is_passed_on() -> None:
    program = "import sys; sys.stderr.write('noise\\ninspector: nobody has corrected a part\\n'); sys.exit(1)"
    process = LearningProcess(python(program))
    with pytest.raises(LearningFailed, match="no candidate was made: nobody has corrected a part"):
        process.future.result(PATIENCE)
    process.close()


def test_a_process_that_dies_says_nothing() -> None:
    process = LearningProcess(python("import os; os._exit(3)"))
    with pytest.raises(LearningFailed, match="it ended with code 3"):
        process.future.result(PATIENCE)
    process.close()


def test_a_result_without_a_good_end_is_none() -> None:
    process = LearningProcess(python(f"print({json.dumps(RESULT)!r}); raise SystemExit(1)"))
    with pytest.raises(LearningFailed):
        process.future.result(PATIENCE)
    process.close()


@pytest.mark.parametrize("how", ["cancel", "close"])
def test_it_can_be_stopped(how: str) -> None:
    running = threading.Event()
    line = json.dumps({"stage": "reading", "done": 0, "total": 1})
    process = LearningProcess(
        python(f"import time; print({line!r}, flush=True); time.sleep(600)"), lambda _: running.set()
    )
    assert running.wait(PATIENCE)
    getattr(process, how)()
    with pytest.raises(TeachingCancelled):
        process.future.result(PATIENCE)
    process.close()


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no-such-program"):
        LearningProcess([str(tmp_path / "no-such-program")])


def test_the_command_is_this_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = learning_command(tmp_path, tmp_path / "x.recipe", "Eve")
    assert command[:4] == [sys.executable, "-m", "inspector", "learn"]
    assert {"--background", "--jsonl", "--author=Eve", f"--data={tmp_path}"} < set(command)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert learning_command(tmp_path, tmp_path / "x.recipe", "Eve")[:2] == [sys.executable, "learn"]


@pytest.mark.skipif(not hasattr(os, "nice"), reason="Windows is told when the process is started")
def test_it_gives_way() -> None:
    program = (
        "import os; from inspector.learning.process import lower_priority; before = os.nice(0); lower_priority(); "
        "print(os.nice(0) - before)"
    )
    done = subprocess.run(python(program), capture_output=True, text=True, check=True)
    assert int(done.stdout) >= min(10, 19 - os.nice(0))
