"""Reads one structure of the compact protocol of Apache Thrift, in which Parquet writes the headers of its pages."""

from __future__ import annotations

from typing import Any, Final

Struct = dict[int, Any]
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS: Final = (4, 5, 6)
_DEEPEST: Final = 16


def read_struct(data: bytes) -> tuple[Struct, int]:
    """The fields of the structure that data begins with, by number, and its length in bytes. Raises ValueError."""
    reader = _Reader(data)
    try:
        return reader.struct(), reader.place
    except IndexError:
        raise ValueError("The header of a page is cut off.") from None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def struct(self, depth: int = 0) -> Struct:
        if depth > _DEEPEST:
            raise ValueError("The header of a page is nested too deeply.")
        fields, number = Struct(), 0
        while head := self._byte():
            kind = head & 0x0F
            number = number + (head >> 4) if head >> 4 else self._integer()
            fields[number] = self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:  # noqa: PLR0911
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        if kind == _BYTE:
            return self._byte()
        if kind in _INTEGERS:
            return self._integer()
        if kind == _DOUBLE:
            return self._bytes(8)
        if kind == _BINARY:
            return self._bytes(self._unsigned())
        if kind in (_LIST, _SET):
            head = self._byte()
            count = head >> 4 if head >> 4 != 15 else self._unsigned()
            return [self._value(head & 0x0F, depth + 1) for _ in range(count)]
        if kind == _STRUCT:
            return self.struct(depth + 1)
        raise ValueError("The header of a page has a field of an unknown kind.")

    def _byte(self) -> int:
        self.place += 1
        return self.data[self.place - 1]

    def _bytes(self, size: int) -> bytes:
        if size > len(self.data) - self.place:
            raise IndexError
        self.place += size
        return self.data[self.place - size : self.place]

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def _integer(self) -> int:
        value = self._unsigned()
        return value >> 1 ^ -(value & 1)
