"""Pictures of every state of every screen, to be looked at: `python tests/ui/make_screenshots.py FOLDER [WORDS]`.

Real pictures come from the shared picture sets (INSPECTOR_SHARED_IMAGES, or beside the checkout). WORDS choose the
scenes whose names hold one of them. Nothing here is a test, and nothing of it is committed.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

from inspector.domain.frame import Pixels
from inspector.domain.verdict import Reason, Verdict
from inspector.pictures import read_picture
from inspector.settings import Settings, save_settings
from tests.ui.staging import CLASSES, Stage, StagedCamera, judgement

from inspector.cameras.camera import CameraUnavailable  # isort: skip
from PySide6.QtWidgets import QApplication  # isort: skip

from inspector.ui.app import application, create_window  # isort: skip
from inspector.ui.look import Look  # isort: skip
from inspector.ui.window import MainWindow  # isort: skip

SIZES = ((1280, 800), (1920, 1080))
_HOUSE = Path(__file__).resolve().parents[2]
IMAGES = Path(os.environ.get("INSPECTOR_SHARED_IMAGES", _HOUSE.parent / "shared" / "images"))


class Album:
    """The real pictures that the scenes use."""

    def __init__(self) -> None:
        self.steel = self._pictures("neu-steel")
        self.nuts = self._pictures("mvtec-hazelnut-mini")

    def _pictures(self, name: str) -> list[Path]:
        found = sorted(IMAGES.joinpath(name).glob("*/*.*"))
        return [path for path in found if path.suffix.lower() in (".bmp", ".jpg", ".png")]

    def one(self, number: int) -> Pixels:
        return read_picture(self.steel[number * 37 % len(self.steel)])

    def name(self, number: int) -> str:
        path = self.steel[number * 37 % len(self.steel)]
        return f"{path.parent.name}/{path.name}"


def settle(window: MainWindow, seconds: float = 0.9) -> None:
    """Let everything that is throttled come to rest."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        QApplication.processEvents()
        time.sleep(0.01)


def warm_up(stage: Stage, album: Album, parts: int = 90) -> None:
    """Let a shift go by: mostly good parts, some not."""
    generator = np.random.default_rng(4)
    for number in range(parts):
        chance = generator.random()
        if chance < 0.86:
            said = judgement(Verdict.OK, sure=0.9 + 0.09 * generator.random())
        elif chance < 0.96:
            said = judgement(Verdict.NG, CLASSES[1 + int(generator.integers(4))])
        else:
            said = judgement(Verdict.CHECK, "scratches", 0.55, message="Neither side is sure enough.")
        stage.part(album.one(number), said, album.name(number))


Scene = Callable[[Stage, MainWindow, Album], None]


def first_start(stage: Stage, window: MainWindow, album: Album) -> None:
    pass


def first_start_chosen(stage: Stage, window: MainWindow, album: Album) -> None:
    window.first_start.show_folder("folder:/x", "2026-03 Lieferung Walzwerk Dillingen, Ober- und Unterseite")
    window.first_start.show_recipe(stage.recipe(), "steel.recipe")
    window.first_start.folder.button.setFocus()


def nothing_chosen(stage: Stage, window: MainWindow, album: Album) -> None:
    window.show_screen(0)


def running_ok(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    stage.part(album.one(3), judgement(Verdict.OK), album.name(3))
    stage.camera.show(album.one(3), album.name(3))


def running_ng(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    stage.part(album.one(8), judgement(Verdict.NG, "rolled-in_scale"), album.name(8))


def running_check(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    stage.part(album.one(12), judgement(Verdict.CHECK, "scratches", 0.55), album.name(12))
    window.bench.charts.tabs.choose(1)


def running_error(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    stage.part(album.one(12), judgement(Verdict.ERROR, reason=Reason.MODEL_FAULT, message="The model failed."))
    window.bench.charts.tabs.choose(2)


def camera_lost(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    stage.camera.fail(
        CameraUnavailable("the camera 'Bench camera 1' gives no pictures any more; check its cable and power")
    )
    stage.eventually(lambda: stage.station.lane.state == "Error")


def on_hold(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    window.bench.controls.press_hold()


def stopped(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    stage.part(album.one(8), judgement(Verdict.NG, "rolled-in_scale"), album.name(8))
    stage.station.stop()


def started(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    stage.station.stop()
    stage.station.start()


def long_names(stage: Stage, window: MainWindow, album: Album) -> None:
    classes = ("good", "Oberflächenverunreinigung_unten_links_am_Rand", "Walzzunder_eingewalzt", "Kratzer", "Riss")
    product = "Warmgewalztes Breitband S355MC 3,0 × 1500 mm, gebeizt und gefettet, Charge nach Kundenvorgabe"
    path = stage.recipe(product, "lang.recipe", classes=classes)
    stage.ready(path)
    window.show_screen(0)
    stage.station.start()
    window.header.lot.set_value("Charge 2026-03-02/0047-B-Sonderfreigabe")
    window.header.operator.set_value("Friederike Müller-Lüdenscheidt")
    window.header.serial.set_value("SN-0000000000000123456789")
    said = judgement(Verdict.NG, classes[1], classes=classes)
    stage.part(album.one(8), said, "Lieferung/" + 4 * "sehr_langer_Dateiname_" + ".bmp")
    for index in range(11):
        stage.part(album.one(index), judgement(Verdict.NG, classes[1 + index % 4], classes=classes))
    stage.part(album.one(8), said, "Lieferung/" + 4 * "sehr_langer_Dateiname_" + ".bmp")


def chinese(stage: Stage, window: MainWindow, album: Album) -> None:
    classes = ("good", "划伤", "氧化皮压入", "麻点", "裂纹")
    stage.ready(stage.recipe("热轧钢板表面检测", "钢板.recipe", classes=classes))
    window.show_screen(0)
    stage.station.start()
    window.header.operator.set_value("王小明")
    window.header.lot.set_value("批次 20931")
    for index in range(14):
        name = classes[index % 5]
        verdict = Verdict.OK if name == "good" else Verdict.NG
        stage.part(album.one(index), judgement(verdict, name, classes=classes), f"图片/{index}.bmp")
    stage.part(album.one(8), judgement(Verdict.NG, "氧化皮压入", classes=classes), "图片/氧化皮 8.bmp")


def demo(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album, parts=20, simulated=True)
    stage.part(album.one(3), judgement(Verdict.OK), album.name(3))


def last_part_with_heat_map(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album, parts=14)
    stage.part(album.one(8), judgement(Verdict.NG, "scratches", heat_map=_heat()), album.name(8))
    window.bench.live.views.choose(1)


def part_detail(stage: Stage, window: MainWindow, album: Album) -> None:
    last_part_with_heat_map(stage, window, album)
    settle(window)
    window.bench.strip.tiles[0].opened.emit(window.bench.strip.tiles[0].part.sequence)


def part_detail_check(stage: Stage, window: MainWindow, album: Album) -> None:
    running_check(stage, window, album)
    settle(window)
    window.bench.strip.tiles[0].opened.emit(window.bench.strip.tiles[0].part.sequence)


def recipe_chooser(stage: Stage, window: MainWindow, album: Album) -> None:
    _recipes(stage)
    _run(stage, window, album, parts=14)
    settle(window, 1.5)
    window.actions_of_bench.choose_recipe()


def camera_chooser(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album, parts=14)
    settle(window)
    window.actions_of_bench.choose_camera()


def lot_entry(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album, parts=14)
    settle(window)
    window.header.lot.click()


def lamp_explained(stage: Stage, window: MainWindow, album: Album) -> None:
    camera_lost(stage, window, album)
    settle(window, 1.5)
    window.bench.controls.lamps["camera"].explain()


def refused_button(stage: Stage, window: MainWindow, album: Album) -> None:
    window.show_screen(0)
    window.bench.controls.trigger_button.click()


def disk_trouble(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album, parts=14)
    stage.station.journal.trouble.publish(
        "The disk fails: no picture can be kept (no space left on device); check it, the records wait in memory"
    )
    stage.station._trouble = "The disk fails: no picture can be kept (no space left on device); make room on it"
    settle(window, 1.6)


def reports(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    window.show_screen(1)


def reports_made(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album, parts=30)
    window.bench.controls.report_button.click()
    settle(window, 5)


def _heat() -> Pixels:
    rows, columns = np.mgrid[0:56, 0:56]
    spot = np.exp(-(((rows - 20) / 9.0) ** 2 + ((columns - 36) / 6.0) ** 2))
    return (255 * spot).astype(np.uint8)


def _recipes(stage: Stage) -> None:
    folder = stage.folder / "station" / "recipes"
    stage.recipe("热轧钢板表面检测", str(folder / "钢板.recipe"))
    stage.recipe("Magnetfliesen, beidseitig", str(folder / "magnet.recipe"), number=12)
    stage.recipe("Hazelnuts", str(folder / "nuts.recipe"), number=3)
    (folder / "broken.recipe").write_bytes(b"not a recipe")


def _run(stage: Stage, window: MainWindow, album: Album, parts: int = 90, *, simulated: bool = False) -> None:
    stage.ready(stage.recipe(simulated=simulated, number=3))
    window.show_screen(0)
    settle(window, 1.2)
    stage.station.start()
    window.header.lot.set_value("L-20931")
    window.header.operator.set_value("M. Weber")
    warm_up(stage, album, parts)


SCENES: tuple[Scene, ...] = (
    first_start,
    first_start_chosen,
    nothing_chosen,
    refused_button,
    running_ok,
    running_ng,
    running_check,
    running_error,
    camera_lost,
    on_hold,
    stopped,
    started,
    long_names,
    chinese,
    demo,
    last_part_with_heat_map,
    part_detail,
    part_detail_check,
    recipe_chooser,
    camera_chooser,
    lot_entry,
    lamp_explained,
    disk_trouble,
    reports,
    reports_made,
)


def take(scene: Scene, target: Path, look: Look, album: Album) -> None:
    """Bring one scene about on a station of its own and save it in both sizes and both looks."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings(station="Station 1", site="Works 2", line="Line 4", target=2000, time_zone="Europe/Berlin")
        save_settings(settings, home / "station" / "settings.toml")
        stage = Stage(home, camera=StagedCamera(simulated=scene is demo))
        window = create_window(stage.station, look)
        window.resize(*SIZES[0])
        window.show()
        settle(window, 0.2)
        scene(stage, window, album)
        for theme in ("light", "dark"):
            look.use(theme)
            window.retranslate()
            for width, height in SIZES:
                window.resize(width, height)
                settle(window)
                name = f"{scene.__name__}-{theme}-{width}x{height}.png"
                window.grab().save(str(target / name))
        look.use("light")
        window.leave()
        window.deleteLater()
        QApplication.processEvents()
        stage.station.close()


def main() -> None:
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    words = sys.argv[2:]
    app = application()
    look = Look(app, "light")
    album = Album()
    for scene in SCENES:
        if not words or any(word in scene.__name__ for word in words):
            take(scene, target, look, album)
            sys.stdout.write(f"{scene.__name__}\n")


if __name__ == "__main__":
    main()
