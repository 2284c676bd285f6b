"""The words for a clash: the end of a sentence that begins "consumers on v2 cannot read what v1 wrote", and its places."""

from __future__ import annotations

from collections.abc import Callable

from schemaward.formats.avro.problems import quoted
from schemaward.formats.avro.projecting import path
from schemaward.formats.avro.proving import Loss
from schemaward.formats.avro.resolution import Clash
from schemaward.formats.avro.types import Enum, Field, Fixed, Record, Union, described
from schemaward.syntax.places import pointer_of

_MOST_NAMES = 5


def fact(clash: Clash, loss: Loss | None = None) -> str:
    """What happens, with its place in the data. ``loss`` is the proof of a value that comes back as another, if there is one."""
    where = "".join(pointer_of("", name) for name in path(clash.spot))
    if clash.rule in _ON_FIELDS and clash.reader_field is not None:
        where += pointer_of("", clash.reader_field.name)
    told = _LOSSES[clash.rule](clash, loss) if loss is not None else _BREAKS.get(clash.rule, _unshown)(clash)
    return f' at "{where}": {told}' if where else f": {told}"


def pointers(clash: Clash) -> tuple[str, str]:
    """Where the clash stands: RFC 6901 pointers into the reader's schema and into the writer's."""
    spot = clash.spot
    writer, reader = spot.writer, spot.reader
    if isinstance(reader, Record) and isinstance(writer, Record):
        if clash.rule in ("avro-root-name", "avro-record-name"):
            return f"{reader.pointer}/name", f"{writer.pointer}/name"
        return _field(reader, clash.reader_field), _field(writer, clash.writer_field)
    if clash.symbols and isinstance(reader, Enum) and isinstance(writer, Enum):
        index = writer.symbols.index(clash.symbols[0])
        return f"{reader.pointer}/symbols", f"{writer.pointer}/symbols/{index}"
    return spot.reader_pointer, spot.writer_pointer


def _field(record: Record, field: Field | None) -> str:
    if field is None:
        return record.pointer
    return f"{record.pointer}/fields/{record.fields.index(field)}"


_ON_FIELDS = frozenset({"avro-field-without-default", "avro-alias-collision", "avro-alias-swallows"})


def _type(clash: Clash) -> str:
    return f"the writer's {described(clash.spot.writer)} cannot be read as {described(clash.spot.reader)}"


def _branch(clash: Clash) -> str:
    written = described(clash.spot.writer)
    if isinstance(clash.spot.reader, Union):
        has = _list([described(branch) for branch in clash.spot.reader.branches])
        return f"the reader's union has no branch for the writer's {written}; it has {has or 'none at all'}"
    return f"the writer may write {written}, which cannot be read as {described(clash.spot.reader)}"


def _missing(clash: Clash) -> str:
    return f'the reader asks for the field "{_name(clash.reader_field)}" without a default, and the writer does not write it'


def _symbols(clash: Clash) -> str:
    one = len(clash.symbols) == 1
    names = _list([f'"{symbol}"' for symbol in clash.symbols])
    return (
        f"the {'symbol' if one else 'symbols'} {names} of the writer {'is' if one else 'are'} not known to the reader, "
        f"whose {described(clash.spot.reader)} has no default"
    )


def _size(clash: Clash) -> str:
    writer, reader = clash.spot.writer, clash.spot.reader
    sizes = (writer.size, reader.size) if isinstance(writer, Fixed) and isinstance(reader, Fixed) else (0, 0)
    return f"the writer's {described(writer)} has {sizes[0]} bytes, the reader's {sizes[1]}"


def _renamed(clash: Clash) -> str:
    writer, reader = described(clash.spot.writer), described(clash.spot.reader)
    return f"what is {writer} to the writer is {reader} to the reader, and no alias joins the two"


def _collision(clash: Clash) -> str:
    name = _name(clash.reader_field)
    return f'the writer\'s field "{_name(clash.writer_field)}" and another are both read as the field "{name}"'


def _unshown(clash: Clash) -> str:
    """A loss without its proof."""
    return f"the writer's {described(clash.spot.writer)} is read as {described(clash.spot.reader)} ({clash.rule})"


_BREAKS: dict[str, Callable[[Clash], str]] = {
    "avro-type": _type,
    "avro-union-branch": _branch,
    "avro-field-without-default": _missing,
    "avro-enum-symbol": _symbols,
    "avro-fixed-size": _size,
    "avro-type-name": _renamed,
    "avro-record-name": _renamed,
    "avro-root-name": _renamed,
    "avro-alias-collision": _collision,
}


def _another(clash: Clash, loss: Loss) -> str:
    """Both types, and what became of the value of the proof."""
    writer, reader = described(clash.spot.writer), described(clash.spot.reader)
    if loss.proof.wire is not None and loss.proof.wire.failure:
        return f"the writer's {writer} is read as {reader}, which cannot hold {quoted(loss.written)}"
    return f"the writer's {writer} is read as {reader}: {quoted(loss.written)} becomes {quoted(loss.read)}"


def _bytes(clash: Clash, loss: Loss) -> str:
    return (
        'the writer\'s "bytes" are read as "string", though not all bytes are UTF-8: '
        "fastavro refuses the others, Java puts U+FFFD in their place"
    )


def _default(clash: Clash, loss: Loss) -> str:
    one = len(clash.symbols) == 1
    names = _list([f'"{symbol}"' for symbol in clash.symbols])
    return (
        f"the {'symbol' if one else 'symbols'} {names} of the writer {'is' if one else 'are'} not known to the reader "
        f"and {'becomes' if one else 'become'} its default, {quoted(loss.read)}"
    )


def _swallowed(clash: Clash, loss: Loss) -> str:
    ours, theirs = _name(clash.writer_field), _name(clash.reader_field)
    return (
        f'the reader\'s field "{theirs}" is not filled from the writer\'s field "{ours}", since an alias or a name '
        f"elsewhere takes its place: {quoted(loss.written)} is read as {quoted(loss.read)}"
    )


def _order(clash: Clash, loss: Loss) -> str:
    return (
        f"the first branch of the reader that takes the writer's {described(clash.spot.writer)} is "
        f"{described(clash.spot.reader)}, though a later one is the same type; decoders differ on which one they choose"
    )


_LOSSES: dict[str, Callable[[Clash, Loss], str]] = {
    "avro-bytes-as-string": _bytes,
    "avro-number-precision": _another,
    "avro-enum-default": _default,
    "avro-alias-swallows": _swallowed,
    "avro-union-order": _order,
    "avro-decimal": _another,
    "avro-time-unit": _another,
    "avro-logical-type": _another,
    "avro-logical-one-sided": _another,
}


def _name(field: Field | None) -> str:
    return field.name if field else ""


def _list(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
