"""Where a reader and a writer do not agree, by the specification 1.11.1, "Schema Resolution".

The walk is coinductive: a pair of records that is met again, below itself or elsewhere, is taken to be fine where it is
met, since whatever is wrong with it is found where it was met first. It goes level by level, so that each disagreement
comes with a short way to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from schemaward.formats.avro.data import inhabited
from schemaward.formats.avro.matching import PROMOTIONS, branch_for, match, names_match, same_kind
from schemaward.formats.avro.types import Array, Enum, Field, Fixed, Map, Parsed, Primitive, Record, Type, Union

MAX_STEPS = 200_000
"""Pairs of types that are compared, before a question counts as too large."""
MAX_CLASHES = 50
"""Breaks that are told, and losses of each rule: many that do not matter hide none that does."""


Choice: TypeAlias = Callable[[Type, Union], int | None]
"""The branch of a reader's union that takes a type, no union itself; None when none does."""


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A writer's type and the reader's type that must read it, how they were reached, and where they stand.

    ``step`` leads from the ``parent`` to here: a pair of fields, or the branches of unions (None where a side has
    no union); None means the items of a list. The pointers are of the types in the two schemas.
    """

    writer: Type
    reader: Type
    writer_pointer: str
    reader_pointer: str
    parent: Spot | None = None
    step: FieldStep | BranchStep | None = None


@dataclass(frozen=True, slots=True)
class FieldStep:
    """From a record to the value of the writer's field, which the reader has as its own field."""

    writer: Field
    reader: Field


@dataclass(frozen=True, slots=True)
class BranchStep:
    """From a union to one of its branches, on one side or on both."""

    writer: int | None
    reader: int | None


@dataclass(frozen=True, slots=True)
class Clash:
    """One disagreement: the rule, the spot, and what it is about.

    ``writer_field`` and ``reader_field`` are what a rule on fields speaks of, ``symbols`` those that are not known.
    """

    rule: str
    spot: Spot
    writer_field: Field | None = None
    reader_field: Field | None = None
    symbols: tuple[str, ...] = ()


@dataclass(slots=True)
class Resolution:
    """``clashes`` break the reading, ``losses`` change values; ``renamed`` maps the reader's records to the writer's names.

    ``paired`` are the records of writer and reader that stand for the same data. ``finished`` is False when the work was too much. Of many losses of one rule only the first are kept.
    """

    clashes: list[Clash] = field(default_factory=list)
    losses: list[Clash] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    paired: list[tuple[Record, Record]] = field(default_factory=list)
    finished: bool = True


def resolve(reader: Parsed, writer: Parsed, most_steps: int = MAX_STEPS, choose: Choice = branch_for) -> Resolution:
    """Compare all that ``writer`` can write with what ``reader`` expects, in at most ``most_steps`` pairs of types."""
    walk = _Walk(inhabited(writer) if writer.may_be_empty else None, most_steps, choose)
    try:
        walk.push(Spot(writer.root, reader.root, "", ""))
        for spot in walk.queue:
            walk.visit(spot)
            if len(walk.found.clashes) > MAX_CLASHES:
                break
    except _TooMuchError:
        walk.found.finished = False
    return walk.found


class _TooMuchError(Exception):
    """The steps are used up."""


class _Walk:
    """The spots that wait, the pairs of records that were met, and what was found."""

    __slots__ = ("choose", "found", "living", "lost", "met", "queue", "steps")

    def __init__(self, living: frozenset[str] | None, steps: int, choose: Choice) -> None:
        self.choose = choose
        self.found = Resolution()
        self.lost: Counter[str] = Counter()
        """Losses met so far, by rule."""
        self.living = living
        """The writer's named types that have data; None when all have."""
        self.met: set[tuple[int, int]] = set()
        self.queue: list[Spot] = []
        self.steps = steps
        """What is left of them."""

    def spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise _TooMuchError

    def clash(
        self,
        rule: str,
        spot: Spot,
        own: Field | None = None,
        theirs: Field | None = None,
        symbols: tuple[str, ...] = (),
    ) -> None:
        self.found.clashes.append(Clash(rule, spot, own, theirs, symbols))

    def loss(
        self,
        rule: str,
        spot: Spot,
        own: Field | None = None,
        theirs: Field | None = None,
        symbols: tuple[str, ...] = (),
    ) -> None:
        self.lost[rule] += 1
        if self.lost[rule] <= MAX_CLASHES:
            self.found.losses.append(Clash(rule, spot, own, theirs, symbols))

    def push(self, spot: Spot) -> None:
        """Remember to visit a spot, unless there is nothing to see."""
        self.spend(1)
        if spot.writer is not spot.reader and self.lives(spot.writer):
            self.queue.append(spot)

    def lives(self, type_: Type) -> bool:
        """True when the writer can write a value of the type."""
        if self.living is None:
            return True
        if isinstance(type_, (Record, Enum, Fixed)):
            return type_.name in self.living
        return not isinstance(type_, Union) or any(map(self.lives, type_.branches))

    def visit(self, spot: Spot) -> None:
        writer, reader = spot.writer, spot.reader
        if isinstance(writer, Union):
            self.writer_union(spot, writer)
        elif isinstance(reader, Union):
            self.reader_union(spot, reader)
        elif isinstance(writer, Primitive):
            self.primitive(spot, writer)
        elif isinstance(writer, Record) and isinstance(reader, Record):
            self.record(spot, writer, reader)
        elif isinstance(writer, Enum) and isinstance(reader, Enum):
            self.enum(spot, writer, reader)
        elif isinstance(writer, Array) and isinstance(reader, Array):
            self.inside(spot, writer.items, reader.items, "items")
        elif isinstance(writer, Map) and isinstance(reader, Map):
            self.inside(spot, writer.values, reader.values, "values")
        elif isinstance(writer, Fixed) and isinstance(reader, Fixed):
            self.fixed(spot, writer, reader)
        else:
            self.clash("avro-type", spot)

    def inside(self, spot: Spot, writer: Type, reader: Type, name: str) -> None:
        """What a list or map holds. Its types must match even where the writer can only write an empty one."""
        if not self.lives(writer) and not match(writer, reader):
            self.clash("avro-type", spot)
        else:
            self.push(Spot(writer, reader, f"{spot.writer_pointer}/{name}", f"{spot.reader_pointer}/{name}", spot))

    # -- unions

    def writer_union(self, spot: Spot, writer: Union) -> None:
        """Each branch that the writer may choose must be readable."""
        for index, branch in enumerate(writer.branches):
            if not self.lives(branch):
                continue
            self.spend(len(spot.reader.branches) if isinstance(spot.reader, Union) else 1)
            taken = self.choose(branch, spot.reader) if isinstance(spot.reader, Union) else None
            below = self.at_branch(spot, branch, index, taken)
            if taken is None and (isinstance(spot.reader, Union) or not match(branch, spot.reader)):
                self.no_branch(below, writer)
            else:
                self.branch_order(below)
                self.push(below)

    def reader_union(self, spot: Spot, reader: Union) -> None:
        """The first branch that matches reads."""
        self.spend(len(reader.branches))
        taken = self.choose(spot.writer, reader)
        below = self.at_branch(spot, spot.writer, None, taken)
        if taken is None:
            self.no_branch(below, None)
        else:
            self.branch_order(below)
            self.push(below)

    def at_branch(self, spot: Spot, branch: Type, index: int | None, taken: int | None) -> Spot:
        reader, writer_pointer, reader_pointer = spot.reader, spot.writer_pointer, spot.reader_pointer
        if index is not None:
            writer_pointer = f"{writer_pointer}/{index}"
        if isinstance(reader, Union) and taken is not None:
            reader, reader_pointer = reader.branches[taken], f"{reader_pointer}/{taken}"
        return Spot(branch, reader, writer_pointer, reader_pointer, spot, BranchStep(index, taken))

    def no_branch(self, spot: Spot, writers: Union | None) -> None:
        """Nothing of the reader takes the type, which may stand in the union ``writers``.

        What only seems to be called otherwise, or differs inside, is looked into.
        """
        reader = spot.reader
        if isinstance(reader, Union):
            renamed = self.renamed_branch(spot, reader, writers)
            if renamed is None:
                self.clash("avro-union-branch", spot)
            else:
                step = replace(spot.step, reader=renamed) if isinstance(spot.step, BranchStep) else None
                pointer = f"{spot.reader_pointer}/{renamed}"
                self.push(replace(spot, reader=reader.branches[renamed], reader_pointer=pointer, step=step))
        elif reader.kind == spot.writer.kind:
            self.push(spot)
        else:
            self.clash("avro-union-branch", spot)

    def renamed_branch(self, spot: Spot, reader: Union, writers: Union | None) -> int | None:
        """The record of ``reader`` that no branch of the writer has, and most like the writer's: it may be a new name for it."""
        writer, best, most = spot.writer, None, -1
        if not isinstance(writer, Record):
            return None
        fields = {each.name for each in writer.fields}
        for index, branch in enumerate(reader.branches):
            others = writers.branches if writers else ()
            self.spend(len(others))
            if isinstance(branch, Record) and not any(match(other, branch) for other in others):
                common = sum(each.name in fields for each in branch.fields)
                if common > most:
                    best, most = index, common
        return best

    def branch_order(self, spot: Spot) -> None:
        """A later branch would be the very type: some decoders look for that first."""
        union = spot.parent.reader if spot.parent else None
        if not isinstance(union, Union) or same_kind(spot.writer, spot.reader):
            return
        if any(same_kind(spot.writer, branch) for branch in union.branches):
            self.loss("avro-union-order", spot)

    # -- named types

    def record(self, spot: Spot, writer: Record, reader: Record) -> None:
        if (id(writer), id(reader)) in self.met:
            return
        self.met.add((id(writer), id(reader)))
        self.found.paired.append((writer, reader))
        if not names_match(writer, reader):
            self.clash("avro-record-name" if spot.parent else "avro-root-name", spot)
            self.found.renamed.setdefault(reader.name, writer.name)
        self.fields(spot, writer, reader)

    def fields(self, spot: Spot, writer: Record, reader: Record) -> None:
        """Fields match by name, then by an alias of the reader; the last field that claims an alias has it."""
        waiting = {each.name: each for each in reader.fields}
        claimed = {alias: each for each in reader.fields for alias in each.aliases}
        places = {each.name: index for index, each in enumerate(reader.fields)}
        for index, own in enumerate(writer.fields):
            theirs = waiting.get(own.name) or claimed.get(own.name)
            if theirs is None:
                if own.name in places:
                    self.loss("avro-alias-swallows", spot, own, reader.fields[places[own.name]])
            elif theirs.name not in waiting:
                self.clash("avro-alias-collision", spot, own, theirs)
            else:
                del waiting[theirs.name]
                if own.type is theirs.type:
                    continue
                pointers = (
                    f"{writer.pointer}/fields/{index}/type",
                    f"{reader.pointer}/fields/{places[theirs.name]}/type",
                )
                self.push(Spot(own.type, theirs.type, *pointers, spot, FieldStep(own, theirs)))
        for theirs in waiting.values():
            self.unfilled(spot, writer, theirs)

    def unfilled(self, spot: Spot, writer: Record, theirs: Field) -> None:
        """A field of the reader that got nothing lives on its default."""
        if not theirs.has_default:
            self.clash("avro-field-without-default", spot, None, theirs)
        elif theirs.aliases:
            written = {each.name: each for each in writer.fields}
            named = next((written[alias] for alias in theirs.aliases if alias in written), None)
            if named is not None:
                self.loss("avro-alias-swallows", spot, named, theirs)

    def enum(self, spot: Spot, writer: Enum, reader: Enum) -> None:
        if not names_match(writer, reader):
            self.clash("avro-type-name", spot)
            return
        known = frozenset(reader.symbols)
        unknown = tuple(symbol for symbol in writer.symbols if symbol not in known)
        if unknown and reader.default is None:
            self.clash("avro-enum-symbol", spot, symbols=unknown)
        elif unknown:
            self.loss("avro-enum-default", spot, symbols=unknown)

    def fixed(self, spot: Spot, writer: Fixed, reader: Fixed) -> None:
        if writer.size != reader.size:
            self.clash("avro-fixed-size", spot)
        elif not names_match(writer, reader):
            self.clash("avro-type-name", spot)
        elif writer.logical != reader.logical:
            self.logical(spot, writer, reader)

    # -- primitives

    def primitive(self, spot: Spot, writer: Primitive) -> None:
        reader = spot.reader
        if not isinstance(reader, Primitive):
            self.clash("avro-type", spot)
        elif writer.kind == reader.kind:
            if writer.logical != reader.logical:
                self.logical(spot, writer, reader)
        elif reader.kind not in PROMOTIONS.get(writer.kind, ()):
            self.clash("avro-type", spot)
        else:
            for rule in _promotion_losses(writer, reader):
                self.loss(rule, spot)

    def logical(self, spot: Spot, writer: Primitive | Fixed, reader: Primitive | Fixed) -> None:
        """The raw value arrives; what it means is another matter."""
        rule = logical_rule(writer, reader)
        if rule:
            self.loss(rule, spot)


def _promotion_losses(writer: Primitive, reader: Primitive) -> Iterator[str]:
    if writer.kind == "bytes":
        yield "avro-bytes-as-string"
    elif reader.kind == "float" or (writer.kind == "long" and reader.kind == "double"):
        yield "avro-number-precision"
    if (writer.logical or reader.logical) and (rule := logical_rule(writer, reader)):
        yield rule


def logical_rule(writer: Primitive | Fixed, reader: Primitive | Fixed) -> str:
    """The rule that a change of the meaning falls under, or nothing where each value means the same on both sides."""
    ours, theirs = writer.logical, reader.logical
    if ours == theirs:
        return ""
    if theirs is None and ours is not None and ours.name == "uuid":
        return ""
    if ours is None or theirs is None:
        return "avro-logical-one-sided"
    if ours.name == theirs.name == "decimal":
        narrower = theirs.precision < ours.precision
        return "avro-decimal" if ours.scale != theirs.scale or narrower else ""
    return "avro-time-unit" if _family(ours.name) == _family(theirs.name) else "avro-logical-type"


def _family(name: str) -> str:
    """What a time is of, without its unit."""
    return name.removesuffix("-millis").removesuffix("-micros")
