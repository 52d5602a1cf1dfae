"""Pictures of every state of every screen, to be looked at: `python tests/ui/make_screenshots.py FOLDER [WORDS]`.

Real pictures come from the shared picture sets (INSPECTOR_SHARED_IMAGES, or beside the checkout). WORDS choose the
scenes whose names hold one of them. Nothing here is a test, and nothing of it is committed.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

from inspector.domain.frame import Pixels
from inspector.domain.verdict import Deciding, Judgement, Reason, Rule, SimilarPicture, Verdict
from inspector.pictures import read_picture
from inspector.settings import Settings, save_settings
from inspector.vision.taught_pictures import TaughtPicture
from tests.ui.staging import CLASSES, Stage, StagedCamera, explained, judgement

from inspector.cameras.camera import CameraUnavailable  # isort: skip
from PySide6.QtWidgets import QApplication  # isort: skip

from inspector.ui.app import application, create_window  # isort: skip
from inspector.ui.bench.part_detail import PartDetail  # isort: skip
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
    stage.eventually(lambda: stage.station.lanes[0].lane.state == "Error")


def on_hold(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    window.bench.controls.press_hold()


def stopped(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    stage.part(album.one(8), judgement(Verdict.NG, "rolled-in_scale"), album.name(8))
    stage.station.lanes[0].stop()


def started(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album)
    stage.station.lanes[0].stop()
    stage.station.lanes[0].start()


def long_names(stage: Stage, window: MainWindow, album: Album) -> None:
    classes = ("good", "Oberflächenverunreinigung_unten_links_am_Rand", "Walzzunder_eingewalzt", "Kratzer", "Riss")
    product = "Warmgewalztes Breitband S355MC 3,0 × 1500 mm, gebeizt und gefettet, Charge nach Kundenvorgabe"
    path = stage.recipe(product, "lang.recipe", classes=classes)
    stage.ready(path)
    window.show_screen(0)
    stage.station.lanes[0].start()
    window.fields.lot.set_value("Charge 2026-03-02/0047-B-Sonderfreigabe")
    window.header.operator.set_value("Friederike Müller-Lüdenscheidt")
    window.fields.serial.set_value("SN-0000000000000123456789")
    said = judgement(Verdict.NG, classes[1], classes=classes)
    stage.part(album.one(8), said, "Lieferung/" + 4 * "sehr_langer_Dateiname_" + ".bmp")
    for index in range(11):
        stage.part(album.one(index), judgement(Verdict.NG, classes[1 + index % 4], classes=classes))
    stage.part(album.one(8), said, "Lieferung/" + 4 * "sehr_langer_Dateiname_" + ".bmp")


def chinese(stage: Stage, window: MainWindow, album: Album) -> None:
    classes = ("good", "划伤", "氧化皮压入", "麻点", "裂纹")
    stage.ready(stage.recipe("热轧钢板表面检测", "钢板.recipe", classes=classes))
    window.show_screen(0)
    stage.station.lanes[0].start()
    window.header.operator.set_value("王小明")
    window.fields.lot.set_value("批次 20931")
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


def explain_ng(stage: Stage, window: MainWindow, album: Album) -> None:
    _explain(stage, window, album, _scratched(album), album.one(8), album.name(8))


def explain_network_picture(stage: Stage, window: MainWindow, album: Album) -> None:
    explain_ng(stage, window, album)
    _detail(window).part_picture.views.choose(1)


def explain_record(stage: Stage, window: MainWindow, album: Album) -> None:
    explain_ng(stage, window, album)
    _detail(window).tabs.choose(1)


def explain_ok(stage: Stage, window: MainWindow, album: Album) -> None:
    said = explained(
        judgement(Verdict.OK, sure=0.993),
        album.one(3),
        heat_map=_heat() // 6,
        anomaly_score=0.11,
        deciding=Deciding(Rule.GOOD, 0.993, 0.8),
        similar=_similar("good"),
    )
    _explain(stage, window, album, said, album.one(3), album.name(3))


def explain_anomaly(stage: Stage, window: MainWindow, album: Album) -> None:
    pixels = read_picture(album.nuts[5])
    said = explained(
        judgement(
            Verdict.CHECK,
            "good",
            0.81,
            reason=Reason.ANOMALY,
            message="Not like what was taught: its anomaly score is 0.83, the limit 0.50.",
        ),
        pixels,
        turn=-21.0,
        share=0.62,
        heat_map=_heat(),
        anomaly_score=0.83,
        deciding=Deciding(Rule.ANOMALY, 0.83, 0.5),
        similar=_similar("good"),
    )
    _explain(stage, window, album, said, pixels, "hazelnut/005.png")


def explain_unsure(stage: Stage, window: MainWindow, album: Album) -> None:
    said = explained(
        judgement(Verdict.CHECK, "scratches", 0.55),
        album.one(12),
        anomaly_score=0.44,
        deciding=Deciding(Rule.MARGIN, 0.42, 0.8),
        similar=_similar("scratches", "good"),
    )
    _explain(stage, window, album, said, album.one(12), album.name(12))


def explain_scene_changed(stage: Stage, window: MainWindow, album: Album) -> None:
    said = explained(
        judgement(
            Verdict.CHECK,
            "good",
            0.71,
            reason=Reason.SCENE_CHANGED,
            message="The picture is 31 % darker than when this recipe was taught; check lamp and exposure.",
        ),
        album.one(7),
        anomaly_score=0.61,
        scene={"light": -2.6, "spot 4 2": -1.4, "focus": 0.3, "contrast": -1.1},
        similar=_similar("good"),
    )
    _explain(stage, window, album, said, (album.one(7) * 0.6).astype(np.uint8), album.name(7))


def explain_error(stage: Stage, window: MainWindow, album: Album) -> None:
    said = judgement(
        Verdict.ERROR,
        reason=Reason.MODEL_FAULT,
        message="directml:0 failed while running: the device was removed; the part was not judged.",
    )
    _explain(stage, window, album, said, album.one(7), album.name(7))


def explain_older_recipe(stage: Stage, window: MainWindow, album: Album) -> None:
    explain_ng(stage, window, album)
    _detail(window).dismiss()
    stage.station.lanes[0].stop()
    stage.station.lanes[0].use_recipe(stage.recipe(number=4)).result(20)
    settle(window)
    _open_first(window)


def explain_without_pictures(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album, parts=3)
    said = replace(judgement(Verdict.NG, "scratches"), deciding=Deciding(Rule.DEFECT, 0.985, 0.6))
    stage.part(album.one(8), said, album.name(8))
    settle(window)
    _open_first(window)


def explain_long_names(stage: Stage, window: MainWindow, album: Album) -> None:
    classes = ("good", "Oberflächenverunreinigung_unten_links_am_Rand", "Walzzunder_eingewalzt", "Kratzer", "Riss")
    stage.ready(stage.recipe("Breitband S355MC", "lang.recipe", classes=classes, taught=_taught(album, classes)))
    window.show_screen(0)
    stage.station.lanes[0].start()
    said = explained(
        judgement(
            Verdict.NG,
            classes[1],
            classes=classes,
            message=f"'{classes[1]}' statt 'Breitband S355MC': der Posten verlangt ein anderes Erzeugnis.",
        ),
        album.one(8),
        turn=7,
        heat_map=_heat(),
        anomaly_score=1.83,
        deciding=Deciding(Rule.PRODUCT, 0.985, 0.8),
        similar=_similar(classes[1], classes[2]),
        zone="Zone oben rechts neben der Schweißnaht, Blick von unten",
    )
    stage.part(album.one(8), said, "Lieferung/" + 4 * "sehr_langer_Dateiname_" + ".bmp")
    settle(window)
    _open_first(window)


def explain_chinese(stage: Stage, window: MainWindow, album: Album) -> None:
    classes = ("good", "划伤", "氧化皮压入", "麻点", "裂纹")
    stage.ready(stage.recipe("热轧钢板表面检测", "钢板.recipe", classes=classes, taught=_taught(album, classes)))
    window.show_screen(0)
    stage.station.lanes[0].start()
    said = explained(
        judgement(Verdict.NG, classes[2], classes=classes),
        album.one(8),
        turn=-4,
        heat_map=_heat(),
        anomaly_score=0.66,
        deciding=Deciding(Rule.DEFECT, 0.985, 0.6),
        similar=_similar(classes[2], classes[1]),
    )
    stage.part(album.one(8), said, "图片/氧化皮 8.bmp")
    settle(window)
    _open_first(window)


def live_found(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album, parts=14)
    stage.part(album.one(8), _scratched(album), album.name(8))
    stage.camera.show(album.one(8), album.name(8))


def last_part_found(stage: Stage, window: MainWindow, album: Album) -> None:
    live_found(stage, window, album)
    window.bench.live.views.choose(1)


def recipe_chooser(stage: Stage, window: MainWindow, album: Album) -> None:
    _recipes(stage)
    _run(stage, window, album, parts=14)
    settle(window, 1.5)
    window.actions_of_benches[0].choose_recipe()


def camera_chooser(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album, parts=14)
    settle(window)
    window.actions_of_benches[0].choose_camera()


def lot_entry(stage: Stage, window: MainWindow, album: Album) -> None:
    _run(stage, window, album, parts=14)
    settle(window)
    window.fields.lot.click()


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


def _scratched(album: Album) -> Judgement:
    return explained(
        judgement(Verdict.NG, "scratches", 0.971),
        album.one(8),
        turn=12.0,
        heat_map=_heat(),
        anomaly_score=0.83,
        deciding=Deciding(Rule.DEFECT, 0.971, 0.6),
        similar=_similar("scratches", "rolled-in_scale"),
    )


def _similar(first: str, last: str = "") -> tuple[SimilarPicture, ...]:
    names = (first, first, last or first)
    shares = (0.91, 0.84, 0.58)
    return tuple(
        SimilarPicture(7 * place, f"{name}/{name}_{37 + place}.jpg", name, share)
        for place, (name, share) in enumerate(zip(names, shares, strict=True))
    )


def _taught(album: Album, classes: tuple[str, ...]) -> tuple[TaughtPicture, ...]:
    return tuple(
        TaughtPicture(
            f"{place}.jpg",
            classes[place % len(classes)],
            "",
            np.ascontiguousarray(_in_colour(album.one(place + 8))[:128, :128]),
            np.full(4, place, np.float16),
        )
        for place in range(20)
    )


def _in_colour(pixels: Pixels) -> Pixels:
    return np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else pixels


def _explain(stage: Stage, window: MainWindow, album: Album, said: Judgement, pixels: Pixels, source: str) -> None:
    _run(stage, window, album, parts=14, taught=_taught(album, CLASSES))
    stage.part(pixels, said, source)
    settle(window)
    _open_first(window)


def _open_first(window: MainWindow) -> None:
    window.bench.strip.tiles[0].opened.emit(window.bench.strip.tiles[0].part.sequence)


def _detail(window: MainWindow) -> PartDetail:
    return window.findChildren(PartDetail)[-1]


def _recipes(stage: Stage) -> None:
    folder = stage.folder / "station" / "recipes"
    stage.recipe("热轧钢板表面检测", str(folder / "钢板.recipe"))
    stage.recipe("Magnetfliesen, beidseitig", str(folder / "magnet.recipe"), number=12)
    stage.recipe("Hazelnuts", str(folder / "nuts.recipe"), number=3)
    (folder / "broken.recipe").write_bytes(b"not a recipe")


def _run(
    stage: Stage,
    window: MainWindow,
    album: Album,
    parts: int = 90,
    *,
    simulated: bool = False,
    taught: tuple[TaughtPicture, ...] = (),
) -> None:
    stage.ready(stage.recipe(simulated=simulated, number=3, taught=taught))
    window.show_screen(0)
    settle(window, 1.2)
    stage.station.lanes[0].start()
    window.fields.lot.set_value("L-20931")
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
    explain_ng,
    explain_network_picture,
    explain_record,
    explain_ok,
    explain_anomaly,
    explain_unsure,
    explain_scene_changed,
    explain_error,
    explain_older_recipe,
    explain_without_pictures,
    explain_long_names,
    explain_chinese,
    live_found,
    last_part_found,
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
