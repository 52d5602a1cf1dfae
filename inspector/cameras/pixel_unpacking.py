"""How the bits of pixels lie in a camera's bytes, and the top eight of each taken out.

Whole-picture numpy on unaligned 16-bit views: a sample that begins within a byte lies in the low end of the word which
begins with that byte, so one shift brings its top eight bits down, and storing as uint8 drops the neighbour's.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels


@dataclass(frozen=True)
class Packing:
    """One way to lay samples into bytes: `samples` of them in each group of `size` bytes.

    `take` turns n whole groups (uint8, `n * size`, contiguous) into the top eight bits of their samples (uint8,
    `n * samples`).
    """

    samples: int
    size: int
    take: Callable[[Pixels], Pixels]

    def bytes_of(self, samples: int) -> int:
        """Return how many bytes so many samples in a row take; the last is not filled up to a group."""
        return -(-samples * self.size // self.samples)


def _words(bits: int) -> Packing:
    """Return the packing of samples in little-endian 16-bit words, `bits` of each used."""

    def take(data: Pixels) -> Pixels:
        return (data.view("<u2") >> (bits - 8)).astype(np.uint8)

    return Packing(1, 2, take)


def _gige_packed(data: Pixels) -> Pixels:
    """GigE Vision: a byte with the top bits of one sample, a byte with the low bits of both, the top of the other."""
    groups = data.reshape(-1, 3)
    samples = np.empty((len(groups), 2), np.uint8)
    samples[:, 0], samples[:, 1] = groups[:, 0], groups[:, 2]
    return samples.reshape(-1)


def _ten_bits(data: Pixels) -> Pixels:
    """PFNC 10p: one stream of bits, the lowest first; four samples in five bytes."""
    samples = np.empty((data.size // 5, 4), np.uint8)
    for place in range(3):
        samples[:, place] = _unaligned(data, place, 5) >> (2 + 2 * place)
    samples[:, 3] = data[4::5]
    return samples.reshape(-1)


def _twelve_bits(data: Pixels) -> Pixels:
    """PFNC 12p: one stream of bits, the lowest first; two samples in three bytes."""
    samples = np.empty((data.size // 3, 2), np.uint8)
    samples[:, 0] = _unaligned(data, 0, 3) >> 4
    samples[:, 1] = data[2::3]
    return samples.reshape(-1)


def _unaligned(data: Pixels, offset: int, step: int) -> NDArray[np.uint16]:
    """Return the little-endian words that begin at `offset` of each group of `step` bytes, as a view."""
    return np.ndarray((data.size // step,), "<u2", data, offset, (step,))


BYTES = Packing(1, 1, lambda data: data)
WORDS_10 = _words(10)
WORDS_12 = _words(12)
WORDS_14 = _words(14)
WORDS_16 = _words(16)
GIGE_PACKED = Packing(2, 3, _gige_packed)
BITS_10 = Packing(4, 5, _ten_bits)
BITS_12 = Packing(2, 3, _twelve_bits)


def top_bits(data: Pixels, packing: Packing, samples: int, lines: int, padding: int) -> Pixels:
    """Return the top eight bits of each sample, uint8 `lines x samples`; for BYTES it may be a view of `data`.

    `data` is flat uint8 and long enough. Without padding the lines follow each other bit for bit; with `padding` bytes
    behind it each line begins on a byte of its own.
    """
    if padding == 0:
        return _take(data[: packing.bytes_of(samples * lines)], packing, samples * lines).reshape(lines, samples)
    line = packing.bytes_of(samples)
    # The last line need not have its padding.
    rows: Pixels = np.ndarray((lines, line), np.uint8, data, 0, (line + padding, 1))
    if samples % packing.samples == 0:
        return _take(np.ascontiguousarray(rows).reshape(-1), packing, samples * lines).reshape(lines, samples)
    return np.stack([_take(row, packing, samples) for row in rows])


def _take(data: Pixels, packing: Packing, samples: int) -> Pixels:
    missing = -data.size % packing.size
    if missing:
        data = np.concatenate((data, np.zeros(missing, np.uint8)))
    return packing.take(data)[:samples]
