"""What is told of a camera by its figures."""

from dataclasses import replace
from pathlib import Path

import pytest

from inspector.cameras.camera import CameraIdentity
from inspector.cameras.camera_check import Measurement
from inspector.cameras.camera_limits import Surroundings, limits, surroundings
from inspector.domain.camera_feature import Feature, FeatureKind, FeatureValue

ROOMY = Surroundings(receive_buffer=33_554_432, way=1500)
GIGE = CameraIdentity("gige", "gige:T1?packet=9000", "T1", serial="T1", place="127.0.0.1")
USB = CameraIdentity("usb", "usb:1", "Web camera")


def measured(camera: CameraIdentity, frames: int = 200, **features: FeatureValue) -> Measurement:
    """Return ten seconds of 1280 x 1024 with these features."""
    kinds = tuple(Feature(name, FeatureKind.NUMBER, value) for name, value in features.items())
    return Measurement(
        camera, 10.0, frames, bytes=frames * 1_310_720, width=1280, height=1024, features=kinds, ages=(0.01, 0.02)
    )


def told(measurement: Measurement, around: Surroundings = ROOMY) -> str:
    return "\n".join(limits(measurement, around))


def test_a_camera_that_does_what_it_is_set_to_has_no_limit() -> None:
    assert limits(measured(GIGE, AcquisitionFrameRate=20.0, GevSCPSPacketSize=1500, ExposureTime=5000.0), ROOMY) == ()
    assert limits(measured(USB), Surroundings()) == ()


class TestNoPicture:
    def test_a_line_that_never_fires(self) -> None:
        assert "waits for its trigger Line1" in told(measured(GIGE, 0, TriggerMode="On", TriggerSource="Line1"))

    def test_a_software_trigger_in_vain(self) -> None:
        text = told(measured(GIGE, 0, TriggerMode="On", TriggerSource="Software"))
        assert "no software trigger brought a picture" in text

    def test_a_firewall(self) -> None:
        text = told(measured(GIGE, 0, TriggerMode="Off"))
        assert "let the firewall pass UDP" in text
        assert "gige:T1?packet=1400" in text

    def test_any_other_camera(self) -> None:
        assert "sends no picture" in told(measured(USB, 0))

    def test_a_lost_camera_says_so_itself(self) -> None:
        assert limits(replace(measured(GIGE, 0), lost="it is gone"), ROOMY) == ("it is gone",)

    def test_announced_pictures_without_anything_in_them(self) -> None:
        (text,) = limits(replace(measured(GIGE, 0), incomplete=30), ROOMY)
        assert "larger than the way carries; try gige:T1?packet=1400, then 576" in text

    def test_nothing_but_broken_pictures(self) -> None:
        text = told(replace(measured(GIGE, 0), incomplete=30, bytes=9_000_000))
        assert "Packets are lost" in text
        assert "firewall" not in text


class TestNetwork:
    def test_packets_too_large_for_the_way(self) -> None:
        text = told(replace(measured(GIGE, GevSCPSPacketSize=9000), incomplete=3))
        assert "Packets of 9000 bytes do not fit the way to the camera, which carries 1500" in text
        assert "check the cable" not in text

    @pytest.mark.parametrize("loss", ["incomplete", "dropped", "lost_packets", "resends"])
    def test_a_small_receive_buffer(self, loss: str) -> None:
        losing = replace(measured(GIGE), **{loss: 5})
        assert "sysctl -w net.core.rmem_max=33554432" in told(losing, Surroundings(212_992, 1500))
        assert "rmem_max" not in told(losing, ROOMY)
        assert "rmem_max" not in told(measured(GIGE), Surroundings(212_992, 1500))

    def test_packets_without_a_pause(self) -> None:
        losing = replace(measured(GIGE, GevSCPD=0), incomplete=5)
        assert "raise the packet delay GevSCPD" in told(losing)
        losing = replace(measured(GIGE, GevSCPD=1000), incomplete=5)
        assert told(losing).startswith("Packets are lost on the way")

    def test_a_full_network(self) -> None:
        assert "a gigabit network carries" in told(replace(measured(GIGE), bytes=1_120_000_000))
        assert told(replace(measured(GIGE), bytes=2_000_000_000)) == ""

    def test_the_cameras_own_limit(self) -> None:
        assert "its own limit of 28 MB/s" in told(measured(GIGE, DeviceLinkThroughputLimit=28_000_000))


def test_an_exposure_longer_than_a_picture_may_take() -> None:
    text = told(measured(GIGE, 100, ExposureTime=100_000.0, AcquisitionFrameRate=20.0))
    assert text.startswith("An exposure of 100.0 ms allows 10.0 of 20.0 pictures a second")


def test_usb_formats_and_light() -> None:
    slow = measured(USB, 50, AcquisitionFrameRate=30.0, PixelFormat="YUYV")
    assert "5.0 of 30.0 pictures a second as YUYV" in told(slow)
    assert "in little light" in told(measured(USB, 150, AcquisitionFrameRate=30.0, PixelFormat="MJPG"))


def test_a_slow_computer() -> None:
    busy = replace(measured(GIGE, GevSCPSPacketSize=1400), processor=0.95)
    assert "95% of a core for taking pictures: send larger packets (jumbo frames), or take smaller" in told(busy)
    assert "pictures: take smaller pictures" in told(replace(measured(USB), processor=1.2))


def test_old_pictures() -> None:
    assert "Pictures are 180 ms old" in told(replace(measured(GIGE), ages=(0.18, 0.3)))
    assert told(replace(measured(GIGE), ages=(0.18, 0.3), answer=0.18)) == ""


def test_a_slow_camera_without_a_reason_is_told_too() -> None:
    assert "10.0 pictures a second of 20.0 set" in told(measured(GIGE, 100, AcquisitionFrameRate=20.0))


def test_surroundings_are_of_the_way_to_the_camera(tmp_path: Path) -> None:
    setting = tmp_path / "rmem_max"
    setting.write_text("212992\n", encoding="ascii")
    around = surroundings("127.0.0.1", setting)
    assert around.receive_buffer == 212_992
    assert around.way is None or around.way >= 1500
    assert surroundings("", setting) == Surroundings()
    assert surroundings("127.0.0.1", tmp_path / "none").receive_buffer is None
    assert surroundings("no address at all", setting).way is None
