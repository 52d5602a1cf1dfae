"""The GenICam nodes of a camera through genicam's GenApi, as plain data that goes through a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genicam.genapi import IValue, NodeMap

# Of genapi.EAccessMode.
_READ_ONLY, _READ_WRITE = 3, 4
_READABLE = (_READ_ONLY, _READ_WRITE)

Value = bool | int | float | str


class ProducerError(Exception):
    """The producer or the camera refuses. The message is its own."""


class NodeAccess:
    """Reads and writes the nodes of one node map. Raises ProducerError where the camera does not answer."""

    def __init__(self, node_map: NodeMap) -> None:
        self._map = node_map

    def read(self, name: str) -> dict[str, Any] | None:
        """Read a node from the camera; None where it has none of that name or does not offer it now.

        The keys are those of `genicam_features.Node`.
        """
        from genicam import genapi

        if not self._map.has_node(name):
            return None
        try:
            feature = getattr(self._map, name)
            feature.node.invalidate_node()
            access = feature.get_access_mode()
            if access not in _READABLE:
                return None
            return _described(feature) | {"writable": access == _READ_WRITE}
        except (genapi.AccessException, AttributeError):
            return None
        except genapi.GenericException as error:
            raise ProducerError(_said(error)) from error

    def write(self, name: str, value: Value) -> None:
        """Write a node."""
        from genicam import genapi

        try:
            feature = getattr(self._map, name)
            feature.value = float(value) if isinstance(feature, genapi.IFloat) else value
        except (genapi.GenericException, AttributeError, TypeError) as error:
            raise ProducerError(_said(error)) from error

    def execute(self, name: str) -> bool:
        """Send a command; False where the camera has none of that name."""
        from genicam import genapi

        if not self._map.has_node(name):
            return False
        try:
            getattr(self._map, name).execute()
        except (genapi.GenericException, AttributeError) as error:
            raise ProducerError(_said(error)) from error
        return True


def _described(feature: IValue) -> dict[str, Any]:
    from genicam import genapi

    if isinstance(feature, genapi.IEnumeration):
        offered = [entry.symbolic for entry in feature.entries if entry.get_access_mode() in _READABLE]
        return {"kind": "choice", "value": feature.value, "choices": offered}
    if isinstance(feature, genapi.IBoolean):
        return {"kind": "switch", "value": bool(feature.value)}
    if isinstance(feature, genapi.IInteger):
        bounds = {"minimum": feature.min, "maximum": feature.max, "increment": feature.inc, "unit": feature.unit}
        return {"kind": "whole_number", "value": int(feature.value), **bounds}
    if isinstance(feature, genapi.IFloat):
        step = feature.inc if feature.has_inc() else None
        bounds = {"minimum": feature.min, "maximum": feature.max, "increment": step, "unit": feature.unit}
        return {"kind": "number", "value": float(feature.value), **bounds}
    return {"kind": "text", "value": str(feature.value)}


def _said(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
