"""From the JSON of a schema to its types, by the Avro specification 1.11.1: names resolved, every fault with its place.

It refuses all that ``fastavro.parse_schema`` refuses (a test holds the two side by side), and what that lets through:
names, duplicate fields and symbols, unions in unions, and defaults that no reader could use. Logical types that are
wrong are ignored, as the specification asks ("Logical Types"), with a warning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemaward.formats.avro.defaults import default_problem, passes_parsers
from schemaward.formats.avro.logical import logical_type
from schemaward.formats.avro.problems import Problem, quoted
from schemaward.formats.avro.types import (
    PRIMITIVES,
    Array,
    Enum,
    Field,
    Fixed,
    Map,
    Named,
    Parsed,
    Primitive,
    Record,
    Type,
    Union,
    described,
)
from schemaward.syntax.limits import MAX_DEPTH

_NAME_RULE = "names are letters, digits and underscores, and begin with no digit; dots separate namespaces"
_MAX_SIZE = 2**31 - 1
_PLAIN: dict[str, Primitive] = {kind: Primitive(kind) for kind in PRIMITIVES}


def parse(value: Any) -> tuple[Parsed | None, tuple[Problem, ...]]:
    """The types of a schema, None when it cannot be used; and what is wrong, or ignored, in the order of the file."""
    parser = _Parser()
    root = parser.type_of(value, "", "", 0)
    if not parser.faulty:
        for check in parser.later:
            check()
    if root is None or parser.faulty:
        return None, tuple(parser.problems)
    return Parsed(value, root, tuple(parser.complete), parser.may_be_empty), tuple(parser.problems)


class _Parser:
    """The names that are known so far, and what was found to be wrong."""

    __slots__ = ("complete", "faulty", "later", "may_be_empty", "named", "open", "problems")

    def __init__(self) -> None:
        self.named: dict[str, Named] = {}
        self.complete: list[Named] = []
        self.open: set[str] = set()
        self.problems: list[Problem] = []
        self.later: list[Callable[[], None]] = []
        """Checks of defaults: they wait until all types are complete."""
        self.faulty = False
        self.may_be_empty = False

    def wrong(self, pointer: str, fact: str, remedy: str = "", unknown_name: str = "") -> None:
        self.faulty = True
        self.problems.append(Problem(pointer, fact, remedy, unknown_name=unknown_name))

    # -- types

    def type_of(self, value: Any, space: str, pointer: str, depth: int) -> Type | None:
        """The type that ``value`` stands for inside the namespace ``space``; None after something was wrong."""
        if isinstance(value, str):
            return _PLAIN.get(value) or self.reference(value, space, pointer)
        if depth >= MAX_DEPTH:
            self.wrong(pointer, f"the schema is nested more than {MAX_DEPTH} levels deep", "flatten it")
            return None
        if isinstance(value, list):
            return self.union(value, space, pointer, depth + 1)
        if not isinstance(value, dict):
            self.wrong(pointer, f"a type is a name, an object or a list, not {quoted(value)}", "name a type")
            return None
        kind = value.get("type")
        if not isinstance(kind, str):
            self.no_kind(value, pointer)
            return None
        if kind in _PLAIN:
            return self.primitive(value, kind, pointer)
        make = _COMPLEX.get(kind)
        return make(self, value, space, pointer, depth + 1) if make else self.reference(kind, space, pointer)

    def no_kind(self, value: dict[str, Any], pointer: str) -> None:
        if "type" not in value:
            self.wrong(pointer, 'the type has no "type"', 'add "type"')
        else:
            fact = f'the "type" of a type is a name, not {quoted(value["type"])}'
            self.wrong(f"{pointer}/type", fact, "put the inner type in place of the outer one")

    def reference(self, name: str, space: str, pointer: str) -> Type | None:
        full = name if "." in name or not space else f"{space}.{name}"
        found = self.named.get(full)
        if found is None:
            remedy = "define it before its first use, or in a file of the folder shared/"
            self.wrong(
                pointer, f'the type "{full}" is not defined', remedy, unknown_name=full if _is_full_name(full) else ""
            )
        elif full in self.open:
            self.may_be_empty = True
        return found

    def primitive(self, value: dict[str, Any], kind: str, pointer: str) -> Type:
        if "logicalType" not in value:
            return _PLAIN[kind]
        logical, problem = logical_type(value, kind, 0, pointer)
        if problem:
            self.problems.append(problem)
        return Primitive(_PLAIN[kind].kind, logical) if logical else _PLAIN[kind]

    def union(self, value: list[Any], space: str, pointer: str, depth: int) -> Type | None:
        branches: list[Type] = []
        seen: set[str] = set()
        self.may_be_empty |= not value
        for index, branch in enumerate(value):
            at = f"{pointer}/{index}"
            type_ = self.type_of(branch, space, at, depth)
            if type_ is None:
                continue
            if isinstance(type_, Union):
                self.wrong(at, "a union stands inside a union", "list its types in the outer union")
                continue
            key = type_.name if isinstance(type_, (Record, Enum, Fixed)) else type_.kind
            if key in seen:
                self.wrong(at, f"the union has {described(type_)} twice", "a union has each type once; drop one")
            seen.add(key)
            branches.append(type_)
        return Union(tuple(branches))

    def array(self, value: dict[str, Any], space: str, pointer: str, depth: int) -> Type | None:
        if "items" not in value:
            self.wrong(pointer, 'the array has no "items"', "say what its items are")
            return None
        items = self.type_of(value["items"], space, f"{pointer}/items", depth)
        return Array(items) if items else None

    def map(self, value: dict[str, Any], space: str, pointer: str, depth: int) -> Type | None:
        if "values" not in value:
            self.wrong(pointer, 'the map has no "values"', "say what its values are")
            return None
        values = self.type_of(value["values"], space, f"{pointer}/values", depth)
        return Map(values) if values else None

    # -- named types

    def record(self, value: dict[str, Any], space: str, pointer: str, depth: int) -> Type | None:
        name, inner = self.name_of(value, space, pointer)
        record = Record(name, pointer, self.aliases(value, pointer, inner))
        self.define(record, pointer)
        self.open.add(name)
        fields = value.get("fields")
        if not isinstance(fields, list):
            self.wrong(pointer, f'the record "{name}" has no list of "fields"', "add its fields; the list may be empty")
            fields = []
        seen: set[str] = set()
        for index, each in enumerate(fields):
            at = f"{pointer}/fields/{index}"
            field = self.field(each, inner, at, depth + 1)
            if field is None:
                continue
            if field.name in seen:
                self.wrong(f"{at}/name", f'the record "{name}" has two fields "{field.name}"', "rename one")
            seen.add(field.name)
            record.fields.append(field)
        self.open.discard(name)
        self.complete.append(record)
        return record

    def field(self, value: Any, space: str, pointer: str, depth: int) -> Field | None:
        if not isinstance(value, dict):
            self.wrong(pointer, f"a field is an object, not {quoted(value)}", 'write {"name": ..., "type": ...}')
            return None
        name = value.get("name")
        if not isinstance(name, str) or not _is_name(name):
            fact = f"{quoted(name)} is no name of a field" if "name" in value else 'the field has no "name"'
            self.wrong(f"{pointer}/name", fact, _NAME_RULE)
            name = ""
        if "type" not in value:
            self.wrong(pointer, f'the field "{name}" has no "type"', "say what it holds")
            return None
        given = value["type"]
        plain = _PLAIN.get(given) if isinstance(given, str) else None
        type_ = plain or self.type_of(given, space, f"{pointer}/type", depth)
        aliases = self.aliases(value, pointer) if "aliases" in value else ()
        if type_ is None or not name:
            return None
        if "default" not in value:
            return Field(name, type_, aliases)
        field = Field(name, type_, aliases, True, value["default"])
        self.later.append(lambda: self.check_default(field, f"{pointer}/default"))
        return field

    def check_default(self, field: Field, pointer: str) -> None:
        problem, warning = default_problem(field.type, field.default)
        if problem is not None:
            fact = f'the default {quoted(field.default)} of the field "{field.name}" is no {described(field.type)}{problem}'
            remedy = "give a default that the type allows, or none"
            if passes_parsers(field.type, field.default):
                self.problems.append(Problem(pointer, fact, remedy))
            else:
                self.wrong(pointer, fact, remedy)
        elif warning:
            self.problems.append(Problem(pointer, warning, rule="avro-union-default"))

    def enum(self, value: dict[str, Any], space: str, pointer: str, depth: int) -> Type | None:
        name, inner = self.name_of(value, space, pointer)
        symbols = value.get("symbols")
        if not isinstance(symbols, list):
            self.wrong(pointer, f'the enum "{name}" has no list of "symbols"', "list its symbols")
            symbols = []
        self.may_be_empty |= not symbols
        seen: set[str] = set()
        for index, symbol in enumerate(symbols):
            at = f"{pointer}/symbols/{index}"
            if not isinstance(symbol, str) or not _is_name(symbol):
                self.wrong(at, f"{quoted(symbol)} is no symbol of an enum", _NAME_RULE.partition(";")[0])
            elif symbol in seen:
                self.wrong(at, f'the enum "{name}" has the symbol "{symbol}" twice', "drop one")
            else:
                seen.add(symbol)
        default = value.get("default")
        if default is not None and (not isinstance(default, str) or default not in seen):
            fact = f'the default {quoted(default)} of the enum "{name}" is none of its symbols'
            self.wrong(f"{pointer}/default", fact, "name one of the symbols")
        kinds = tuple(symbol for symbol in symbols if isinstance(symbol, str))
        enum = Enum(name, pointer, kinds, default, self.aliases(value, pointer, inner))
        self.complete.append(enum)
        return self.define(enum, pointer)

    def fixed(self, value: dict[str, Any], space: str, pointer: str, depth: int) -> Type | None:
        name, inner = self.name_of(value, space, pointer)
        size = value.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= _MAX_SIZE:
            fact = f'the size {quoted(size)} of the fixed "{name}" is no number of bytes' if "size" in value else None
            remedy = f"give a whole number from 0 to {_MAX_SIZE:,}"
            self.wrong(f"{pointer}/size", fact or f'the fixed "{name}" has no "size"', remedy)
            size = 0
        logical, problem = logical_type(value, "fixed", size, pointer)
        if problem:
            self.problems.append(problem)
        fixed = Fixed(name, pointer, size, self.aliases(value, pointer, inner), logical)
        self.complete.append(fixed)
        return self.define(fixed, pointer)

    # -- names

    def name_of(self, value: dict[str, Any], space: str, pointer: str) -> tuple[str, str]:
        """The full name of a named type, and the namespace for the names inside it (specification: "Names")."""
        name, own = value.get("name"), value.get("namespace", space)
        if not isinstance(name, str) or not _is_full_name(name):
            fact = f"{quoted(name)} is no name" if "name" in value else f'the {value["type"]} has no "name"'
            self.wrong(f"{pointer}/name", fact, _NAME_RULE)
            return f"?{pointer}", space
        if not isinstance(own, str) or (own and not _is_full_name(own)):
            self.wrong(f"{pointer}/namespace", f"{quoted(own)} is no namespace", _NAME_RULE)
            own = space
        if "." in name:
            own = name.rpartition(".")[0]
        else:
            name = f"{own}.{name}" if own else name
        if name in _PLAIN:
            self.wrong(f"{pointer}/name", f'"{name}" is a type of Avro itself', "choose another name")
        return name, own

    def define(self, type_: Named, pointer: str) -> Named:
        if type_.name in self.named:
            fact = f'the type "{type_.name}" is defined twice'
            self.wrong(f"{pointer}/name", fact, "refer to it by its name where it is used again")
        self.named[type_.name] = type_
        return type_

    def aliases(self, value: dict[str, Any], pointer: str, space: str | None = None) -> tuple[str, ...]:
        """The aliases of a type as they are written, which decoders look at; of a field when ``space`` is None."""
        given = value.get("aliases")
        if given is None:
            return ()
        is_name = _is_name if space is None else _is_full_name
        if not isinstance(given, list):
            self.wrong(f"{pointer}/aliases", f"the aliases are a list, not {quoted(given)}", "put them into a list")
            return ()
        for index, alias in enumerate(given):
            if not isinstance(alias, str) or not is_name(alias):
                self.wrong(f"{pointer}/aliases/{index}", f"{quoted(alias)} is no alias", _NAME_RULE)
        return tuple(alias for alias in given if isinstance(alias, str))


_COMPLEX: dict[str, Callable[[_Parser, dict[str, Any], str, str, int], Type | None]] = {
    "record": _Parser.record,
    "error": _Parser.record,
    "enum": _Parser.enum,
    "fixed": _Parser.fixed,
    "array": _Parser.array,
    "map": _Parser.map,
}


def _is_name(text: str) -> bool:
    """Letters, digits and underscores, no digit first: what ASCII allows of Python's identifiers."""
    return text.isascii() and text.isidentifier()


def _is_full_name(text: str) -> bool:
    return all(map(_is_name, text.split(".")))
