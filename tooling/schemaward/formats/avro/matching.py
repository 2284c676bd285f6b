"""Which types match, by the specification 1.11.1, "Schema Resolution": the shape and the name, not yet what is inside."""

from __future__ import annotations

from schemaward.formats.avro.types import Array, Enum, Fixed, Map, Named, Record, Type, Union, short_name

PROMOTIONS: dict[str, tuple[str, ...]] = {
    "int": ("long", "float", "double"),
    "long": ("float", "double"),
    "float": ("double",),
    "string": ("bytes",),
    "bytes": ("string",),
}
"""What a writer's primitive may be read as."""


def match(writer: Type, reader: Type) -> bool:
    """True when the two match, so that the branch of a union is chosen by it; a union matches everything.

    Lists nest at most as deeply as the file, since only named types recur, and those are matched by name.
    """
    if isinstance(writer, Union) or isinstance(reader, Union):
        return True
    if writer.kind != reader.kind:
        return reader.kind in PROMOTIONS.get(writer.kind, ())
    if isinstance(writer, Array) and isinstance(reader, Array):
        return match(writer.items, reader.items)
    if isinstance(writer, Map) and isinstance(reader, Map):
        return match(writer.values, reader.values)
    if isinstance(writer, Fixed) and isinstance(reader, Fixed):
        return writer.size == reader.size and names_match(writer, reader)
    if isinstance(writer, (Record, Enum)) and isinstance(reader, (Record, Enum)):
        return names_match(writer, reader)
    return True


def names_match(writer: Named, reader: Named) -> bool:
    """True when two named types have one name, without regard to namespaces, or an alias of the reader says so.

    An alias counts as it is written: with a namespace it means exactly that name, without one any type called so. That
    is how fastavro reads; Java puts an alias without a namespace into that of the reader.
    """
    short = short_name(writer.name)
    return short == short_name(reader.name) or writer.name in reader.aliases or short in reader.aliases


def same_kind(writer: Type, reader: Type) -> bool:
    """True when the two are the very same type, name and namespace included, and no promotion."""
    if isinstance(writer, (Record, Enum, Fixed)) and isinstance(reader, (Record, Enum, Fixed)):
        return writer.kind == reader.kind and writer.name == reader.name
    return writer.kind == reader.kind


def branch_for(writer: Type, reader: Union) -> int | None:
    """The branch of ``reader`` that takes what a ``writer``, no union itself, writes: the first that matches."""
    for index, branch in enumerate(reader.branches):
        if match(writer, branch):
            return index
    return None


def exact_branch_for(writer: Type, reader: Union) -> int | None:
    """The branch of ``reader`` that is the very type of the ``writer``, else the first that matches: so Java chooses."""
    for index, branch in enumerate(reader.branches):
        if same_kind(writer, branch) and match(writer, branch):
            return index
    return branch_for(writer, reader)
