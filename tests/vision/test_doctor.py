import importlib
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

import pytest

from inspector.vision.doctor import PackageState, diagnose


def test_a_machine_that_can_judge_is_healthy(recipe_path: Path) -> None:
    diagnosis = diagnose(recipe_path)

    assert diagnosis.healthy
    assert diagnosis.problems == ()
    assert "CPUExecutionProvider" in diagnosis.providers
    assert diagnosis.chosen in [one.accelerator for one in diagnosis.accelerators]
    assert {one.name: one.version for one in diagnosis.packages}["onnxruntime"] == metadata.version("onnxruntime")
    assert asdict(diagnosis)["accelerators"][0]["accepted"] is True
    text = "\n".join(diagnosis.lines())
    assert "passed: gives the golden results" in text
    assert "none found" in text


def test_a_demo_recipe_that_is_missing_or_refused_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "bad.recipe").write_bytes(b"x")

    missing, bad = diagnose(tmp_path / "none.recipe"), diagnose(tmp_path / "bad.recipe")

    assert not missing.healthy
    assert "There is no recipe file" in missing.problems[0]
    assert "bad.recipe is not a recipe file" in bad.problems[0]
    assert "none can judge" in "\n".join(bad.lines())


def test_broken_and_absent_are_told_apart(recipe_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load, version = importlib.import_module, metadata.version

    def loaded(name: str) -> object:
        if name == "pyqtgraph":
            raise ImportError("libGL.so.1: cannot open shared object file")
        if name == "reportlab":
            raise ModuleNotFoundError("No module named 'reportlab'", name="reportlab")
        return load(name)

    def installed(name: str) -> str:
        if name == "reportlab":
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(importlib, "import_module", loaded)
    monkeypatch.setattr(metadata, "version", installed)

    diagnosis = diagnose(recipe_path)

    states = {one.name: one.state for one in diagnosis.packages}
    assert states["pyqtgraph"] is PackageState.BROKEN
    assert states["ReportLab"] is PackageState.ABSENT
    assert states["numpy"] is PackageState.WORKING
    assert diagnosis.problems == (
        "ReportLab is not installed; set the station up again.",
        "pyqtgraph is installed, but it cannot be loaded (libGL.so.1: cannot open shared object file); "
        "install it again.",
    )
    assert diagnosis.healthy


def test_a_broken_onnxruntime_is_a_finding_and_no_crash(recipe_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = importlib.import_module

    def loaded(name: str) -> object:
        if name == "onnxruntime":
            raise ImportError("DLL load failed")
        return load(name)

    monkeypatch.setattr(importlib, "import_module", loaded)

    diagnosis = diagnose(recipe_path)

    assert not diagnosis.healthy
    assert diagnosis.accelerators == ()
    assert "DLL load failed" in diagnosis.problems[0]


def test_two_distributions_of_one_module_are_a_problem(recipe_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "1.24.4" if name == "onnxruntime-directml" else version(name))

    assert diagnose(recipe_path).problems == (
        "onnxruntime-directml and onnxruntime are both installed and overwrite each other; remove all and install one.",
    )
