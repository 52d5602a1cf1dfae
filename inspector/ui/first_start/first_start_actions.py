"""What is chosen on the first page, put to work: camera and recipe, then a run, then the bench."""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inspector import assets
from inspector.ui.bench.bench_actions import BenchActions
from inspector.ui.bench.camera_chooser import folder_address
from inspector.ui.first_start.first_start_page import Beginning, FirstStartPage
from inspector.ui.widgets.file_choice import ask_for_folder

DEMO_CAMERA = "demo:7"


class FirstStartActions(QObject):
    """Brings a station that was never used to its first part. `begun` says that the bench should be shown."""

    begun = Signal()

    def __init__(self, page: FirstStartPage, bench: BenchActions, start: Callable[[], None], window: QWidget) -> None:
        super().__init__(window)
        self._page = page
        self._bench = bench
        self._start = start
        self._window = window
        self._awaited: list[Future[Any]] = []
        page.demo_wanted.connect(self.begin_demo)
        page.folder_wanted.connect(self._ask_folder)
        page.camera_wanted.connect(self._ask_camera)
        page.recipe_wanted.connect(self._ask_recipe)
        page.begin.connect(self.begin)
        page.refused.connect(bench.note)
        bench.ready_changed.connect(self._look)
        bench.failed.connect(self._give_up)

    def begin_demo(self) -> None:
        """Begin with the rendered parts and the recipe that was taught on them."""
        self.begin(Beginning(DEMO_CAMERA, assets.model("demo", "demo.recipe")))

    def begin(self, beginning: Beginning) -> None:
        """Take the camera and the recipe; when both are there the run starts."""
        self._page.show_busy(True)
        self._awaited = [self._bench.use_camera(beginning.camera), self._bench.use_recipe(beginning.recipe)]

    def _look(self) -> None:
        if self._awaited and all(future.done() and future.exception() is None for future in self._awaited):
            self._awaited = []
            self._page.show_busy(False)
            self._start()
            self.begun.emit()

    def _give_up(self) -> None:
        self._awaited = []
        self._page.show_busy(False)

    def _ask_folder(self) -> None:
        def take(folder: Path) -> None:
            self._page.show_folder(folder_address(folder), folder.name or str(folder))

        ask_for_folder(self._window, self.tr("Choose a folder of pictures"), take)

    def _ask_camera(self) -> None:
        def take(address: str) -> None:
            self._page.show_camera(address, address)

        self._bench.camera_chooser().chosen.connect(take)

    def _ask_recipe(self) -> None:
        def take(path: Path) -> None:
            self._page.show_recipe(path, path.name)

        self._bench.recipe_chooser().chosen.connect(take)
