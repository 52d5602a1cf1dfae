"""Cameras on the network that send a video stream: RTSP, or MJPEG over HTTP; through OpenCV's FFmpeg."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit, urlunsplit

import cv2

from inspector.cameras.address import Address
from inspector.cameras.camera import CameraIdentity, CameraUnavailable, Delivery
from inspector.cameras.capture_source import CaptureSource, Patience, VideoDevice, size_features
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import Feature, FeatureRefused, FeatureValue
from inspector.domain.clock import Clock

_SCHEMES = frozenset({"rtsp", "rtsps", "http", "https"})
_LOGIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LOGIN_VARIABLE = "INSPECTOR_LOGIN_"
_SECRET = re.compile(r"pass|pwd|token|secret|auth|credential|login|usr|user|key$", re.IGNORECASE)
_PLACEHOLDERS = ("{user}", "{password}")
_OPEN_MILLISECONDS = 5000
_READ_MILLISECONDS = 2300
_PATIENCE = Patience()


@dataclass(frozen=True)
class Login:
    """Who the station is to a camera. Never shown, not even in a trace of the program."""

    user: str
    password: str

    def __repr__(self) -> str:
        return "Login(...)"


Logins = Callable[[str], Login | None]
"""From the name of a login to the login, None where there is none."""


class StreamCamera:
    """`stream:URL#login=NAME`, as `stream:rtsp://192.168.1.20/line1#login=DOCK`.

    An address goes into records and onto screens, so it holds no password: what follows `login=` is only the name under
    which user and password are kept, in the environment variable `INSPECTOR_LOGIN_NAME` as `user:password` or wherever
    `logins` looks. They are put into the URL when it is opened, as its user and password or in the places of `{user}`
    and `{password}` in its query. The newest picture wins.
    """

    def __init__(
        self, address: Address, clock: Clock, logins: Logins | None = None, patience: Patience = _PATIENCE
    ) -> None:
        """Make the camera without opening it. Raises CameraUnavailable; a login is never repeated."""
        self._url, self._login = _parts(address.text)
        self._logins = logins or environment_logins(os.environ)
        where = self._url.hostname or ""
        self._identity = CameraIdentity("stream", address.text, f"Stream {where}{self._url.path}", place=where)
        self._source = CaptureSource(address.text, self._opened, clock, patience)
        self._controls = StreamControls(self._source)

    @property
    def identity(self) -> CameraIdentity:
        """Which camera this is; named after its host and path."""
        return self._identity

    @property
    def waits(self) -> bool:
        """False: it runs on by itself."""
        return False

    @property
    def controls(self) -> "StreamControls":
        """What can be asked while it is open; nothing can be set through a stream."""
        return self._controls

    def open(self) -> None:
        """Connect and wait for the first picture. Raises CameraUnavailable."""
        self._source.open()

    def frames(self) -> Iterator[Delivery]:
        """Return pictures in RGB, the newest each time. Raises CameraUnavailable within 3 s of the stream's loss."""
        return self._source.frames()

    def close(self) -> None:
        """Let the stream go and end `frames`."""
        self._source.close()

    def _opened(self) -> VideoDevice:
        capture = cv2.VideoCapture(
            _with_login(self._url, self._known_login()),
            cv2.CAP_FFMPEG,
            [
                *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _OPEN_MILLISECONDS),
                *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_MILLISECONDS),
            ],
        )
        if not capture.isOpened():
            capture.release()
            raise CameraUnavailable(
                f"'{self._identity.address}' cannot be opened; check that the camera is on, its address, and its login"
            )
        return capture

    def _known_login(self) -> Login | None:
        if not self._login:
            return None
        login = self._logins(self._login)
        if login is None:
            raise CameraUnavailable(
                f"'{self._identity.address}': there is no login '{self._login}'; "
                f"set the environment variable {_LOGIN_VARIABLE}{self._login.upper()} to user:password"
            )
        return login


class StreamControls:
    """What a stream tells of itself."""

    def __init__(self, source: CaptureSource) -> None:
        self._source = source

    def features(self) -> tuple[Feature, ...]:
        """Read size and rate. Raises CameraUnavailable."""
        return self._source.ask(size_features)

    def change(self, name: str, value: FeatureValue) -> Feature:  # noqa: ARG002 - nothing can be set
        """Raise FeatureRefused: a stream is set at the camera's own pages."""
        raise FeatureRefused(f"{name} cannot be set through a stream; set it on the camera's own pages")

    def trigger(self) -> bool:
        """Return False: a stream runs freely."""
        return False

    def counts(self) -> CameraCounts:
        """Return how the pictures have come in."""
        return self._source.counts()


def environment_logins(environment: Mapping[str, str]) -> Logins:
    """Return the logins that environment variables hold: `INSPECTOR_LOGIN_DOCK=user:password`."""

    def login(name: str) -> Login | None:
        user, colon, password = environment.get(f"{_LOGIN_VARIABLE}{name.upper()}", "").partition(":")
        return Login(user, password) if colon and user else None

    return login


def _parts(text: str) -> tuple[SplitResult, str]:
    """Return the URL without its fragment and the name of the login that the fragment holds."""
    try:
        url = urlsplit(text.partition(":")[2])
        host, _ = url.hostname, url.port  # a port that is no number raises here
    except ValueError:
        host = None
    if not host or url.scheme not in _SCHEMES:
        raise CameraUnavailable("a stream's address is written as stream:rtsp://HOST/PATH, or with http or https")
    if "@" in url.netloc or any(_SECRET.search(key) and value not in _PLACEHOLDERS for key, value in _query(url)):
        raise CameraUnavailable(
            f"the address of the stream at {host} may not hold a login, as it goes into the records; "
            f"end it with #login=NAME and set the environment variable {_LOGIN_VARIABLE}NAME to user:password"
        )
    key, _, login = url.fragment.partition("=")
    if url.fragment and (key != "login" or not _LOGIN_NAME.fullmatch(login)):
        raise CameraUnavailable(f"the address of the stream at {host} ends with #login=NAME or with nothing")
    return url._replace(fragment=""), login


def _query(url: SplitResult) -> list[tuple[str, str]]:
    return parse_qsl(url.query, keep_blank_values=True)


def _with_login(url: SplitResult, login: Login | None) -> str:
    if login is None:
        return urlunsplit(url)
    user, password = quote(login.user, safe=""), quote(login.password, safe="")
    if any(place in url.query for place in _PLACEHOLDERS):
        return urlunsplit(url._replace(query=url.query.replace("{user}", user).replace("{password}", password)))
    return urlunsplit(url._replace(netloc=f"{user}:{password}@{url.netloc}"))
