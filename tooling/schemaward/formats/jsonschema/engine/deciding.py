"""The verdict on one pair: compile both sides, search for a document between them, verify what was found."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.engine.closing import declared_only
from schemaward.formats.jsonschema.engine.compiling import Compiler
from schemaward.formats.jsonschema.engine.contexts import Surroundings, changed_places
from schemaward.formats.jsonschema.engine.dressing import dress
from schemaward.formats.jsonschema.engine.formulas import Literal, Universe
from schemaward.formats.jsonschema.engine.outcomes import (
    NOTHING,
    Budget,
    BudgetExceededError,
    Found,
    NotSupportedError,
    Open,
    UndecidableError,
)
from schemaward.formats.jsonschema.engine.recursion import loops, recursive_names
from schemaward.formats.jsonschema.engine.search import KINDS, Search
from schemaward.formats.jsonschema.engine.sharing import Shared, shared_parts
from schemaward.formats.jsonschema.engine.shrinking import shrink, size
from schemaward.formats.jsonschema.engine.stacks import with_deep_stack
from schemaward.formats.jsonschema.sources import RefNotFoundError
from schemaward.model import Policy
from schemaward.rules import RULES
from schemaward.verdict import Compatible, Finding, Incompatible, Undecided, Verdict

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.loading import Parsed

STEPS = 200_000
"""Work that one question may take: a few seconds on a slow machine."""

_STEPS_FOR_PARTS = 2_000
"""Work that the parts may take before the whole is looked at."""

_LARGE = 2_000
"""Values and characters of a witness whose values are left as they were found."""


def can_read(reader: Schema, writer: Schema, policy: Policy, assert_formats: bool, steps: int = STEPS) -> Verdict:
    """Decide whether ``reader`` accepts every document that ``writer`` writes, in at most ``steps`` steps of work.

    See ``schemaward.can_read``.
    """
    read, write = reader.parsed, writer.parsed
    if policy is Policy.STRICT and reader.identity == writer.identity and read.draft is write.draft:
        return Compatible()
    try:
        return with_deep_stack(lambda: _Question(reader, writer, policy, assert_formats).verdict(steps))
    except NotSupportedError as error:
        return Undecided(str(error))
    except RefNotFoundError as error:
        return Undecided(f"a reference leads to nothing: {error}")
    except BudgetExceededError:
        return Undecided(f"the pair takes more than {steps:,} steps to decide")
    except RecursionError:
        endless = any(loops(side.sources, side.root) for side in (read, write))
        return Undecided("a reference leads back to itself" if endless else "the schemas are nested too deeply")


class _Question:
    """One reader and one writer in one universe."""

    def __init__(self, reader: Schema, writer: Schema, policy: Policy, assert_formats: bool) -> None:
        self.reader, self.writer, self.policy = reader, writer, policy
        self.assert_formats = assert_formats
        read, write = reader.parsed, writer.parsed
        self.universe = Universe()
        self.shared = _shared(*sorted((read, write), key=id))
        written, readable = recursive_names(((write.sources, write.root), (read.sources, read.root)), self.shared)
        compiler = partial(Compiler, self.universe, assert_formats=assert_formats, shared=self.shared)
        self._writing = compiler(write.sources, written)
        self._reading = compiler(read.sources, readable)

    def verdict(self, steps: int) -> Verdict:
        """The answer, found in at most ``steps`` steps, with its witness verified."""
        search = self._after_parts()
        if search is None:
            return Compatible()
        self.writes: Literal = self._writing.schema(self.writer.parsed.root, located=True)
        if self.policy is Policy.LENIENT:
            self.writes = self.universe.all([self.writes, declared_only(self._writing, [self.writer.parsed.root])])
        self.reads: Literal = self._reading.schema(self.reader.parsed.root, located=True)
        if self.writes == self.reads:
            return Compatible()
        search.budget.grant(steps)
        outcome = search.solve([self.writes, -self.reads])
        if isinstance(outcome, Open):
            return Undecided(outcome.reason)
        if not isinstance(outcome, Found):
            return Compatible()
        return self._incompatible(self._small(search, outcome.value))

    def _after_parts(self) -> Search | None:
        """A search that knows the parts that differ; None when they prove, each for itself, that the whole is compatible."""
        search = Search(self.universe, Budget(_STEPS_FOR_PARTS))
        if self.shared is None or self.policy is Policy.LENIENT:
            return search
        places = changed_places(self.writer, self.reader, self.shared)
        try:
            return None if places is not None and self._hold(search, places) else search
        except BudgetExceededError:  # what it has begun must not be taken up again
            return Search(self.universe, Budget(0))

    def _hold(self, search: Search, places: tuple[str, ...]) -> bool:
        read, write = self.reader.parsed, self.writer.parsed
        spreads = self._spreads(search, places)
        for place in places:
            writes = self._writing.schema(write.sources.descend(write.root, place))
            reads = self._reading.schema(read.sources.descend(read.root, place))
            if search.solve([writes, -reads]) is not NOTHING:
                return False
            if not spreads and search.solve([reads, -writes]) is not NOTHING:
                return False
        return True

    def _spreads(self, search: Search, places: tuple[str, ...]) -> bool:
        """True when a schema that is widened at ``places`` is widened as a whole."""
        for schema, compiler in ((self.writer, self._writing), (self.reader, self._reading)):
            unions = Surroundings(schema).unions(places)
            if unions is None:
                return False
            sources, root = schema.parsed.sources, schema.parsed.root
            for at in sorted(unions):
                branches = compiler.branches(sources.descend(root, at), "oneOf")
                reduced = ([search.reduce(branch, kind) for branch in branches] for kind in KINDS)
                if not all(map(search.outlines.exclusive, reduced)):
                    return False
        return True

    def _small(self, search: Search, value: Any) -> Any:
        holds = search.evaluator.holds

        def still_good(candidate: Any) -> bool:
            try:
                return holds(self.writes, candidate) and not holds(self.reads, candidate)
            except UndecidableError:
                return False

        small = shrink(value, still_good)
        write = self.writer.parsed
        return dress(write.sources, write.root, small, still_good) if size(small) < _LARGE else small

    def _incompatible(self, witness: Any) -> Verdict:
        from schemaward.formats.jsonschema.judging import CannotJudgeError, accepts, explain

        read, write = self.reader.parsed, self.writer.parsed
        formats = self.assert_formats
        try:
            written = accepts(write, witness, assert_formats=formats)
            refusal = explain(read, witness, assert_formats=formats)
        except CannotJudgeError as error:
            return Undecided(
                f"a document was found that only the writer accepts, but it could not be verified: {error}"
            )
        if not written or refusal is None:
            side = "refuses it for the writer" if not written else "accepts it for the reader"
            return Undecided(f"a document was found, but the jsonschema package {side}: {_short(witness)}")
        where = f' at "{refusal.pointer}"' if refusal.pointer else ""
        fact = f"the reader refuses the document{where}: {_short(refusal.message)}"
        finding = Finding(
            "document-refused",
            self.reader.place(refusal.schema_pointer),
            fact,
            RULES["document-refused"].remedy,
            pointer=refusal.schema_pointer,
        )
        return Incompatible(witness, (finding,))


@lru_cache(maxsize=4)
def _shared(one: Parsed, two: Parsed) -> Shared | None:
    """What is the same in both whole documents; who asks in one direction mostly asks in the other too."""
    if one.root.pointer or two.root.pointer:
        return None
    return shared_parts((one.sources, one.root), (two.sources, two.root))


def _short(value: Any, most: int = 300) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= most else f"{text[:most]}..."
