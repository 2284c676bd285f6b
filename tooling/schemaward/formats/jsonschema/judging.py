"""The independent judges: the ``jsonschema`` package verifies witnesses, ``jsonschema-rs`` validates documents.

Neither shares code with the search. Both are kept from the network, and patterns are matched by an engine that bounds
its backtracking, so that no schema can make a check hang.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from schemaward.formats.base import Refusal
from schemaward.formats.jsonschema.bounded import CLASSES, bounded_class, ending
from schemaward.formats.jsonschema.dialects import Draft, escape
from schemaward.formats.jsonschema.effort import MOST, too_much
from schemaward.formats.jsonschema.engine.recursion import loops
from schemaward.formats.jsonschema.engine.shrinking import size
from schemaward.formats.jsonschema.engine.stacks import with_deep_stack
from schemaward.formats.jsonschema.narrowing import LAX, narrowed
from schemaward.formats.jsonschema.scanning import compact
from schemaward.formats.jsonschema.sources import RefNotFoundError, Sources, Spot
from schemaward.formats.jsonschema.telling import abridged, most_telling

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from schemaward.formats.jsonschema.loading import Parsed

Answer = TypeVar("Answer")


MOST_REFUSALS = 100
"""Reasons that are given for one document: a long list may be wrong in every item."""

_ALL_OTHERS = re.compile(r'"(?:additional|unevaluated)Properties":\{')

_LONG = 20_000
"""Values of a document of which only the first refusal is looked for."""

_QUOTABLE = 20_000
"""Values and characters of a document that is handed to a second validator for the sake of its words."""

_ENOUGH = 64
"""Errors among which the most telling one is chosen."""


class CannotJudgeError(Exception):
    """The judge cannot use a schema: why, and the pointer to what it cannot use, where that is known."""

    def __init__(self, reason: str, pointer: str = "") -> None:
        super().__init__(reason)
        self.pointer = pointer


class _StumbledError(CannotJudgeError):
    """The ``jsonschema`` package takes a schema for something else, such as a property called ``$id`` for the keyword."""


def accepts(schema: Parsed, value: Any, *, assert_formats: bool) -> bool:
    """True when the ``jsonschema`` package finds ``value`` valid, or ``jsonschema-rs`` where it stumbles.

    Raises CannotJudgeError.
    """
    _require_bounded(schema, value)
    try:
        return _judged(schema, lambda: next(_errors(schema.value, schema.draft, value, assert_formats), None) is None)
    except _StumbledError:
        return next(_refusals(schema, value, assert_formats), None) is None


def explain(schema: Parsed, value: Any, *, assert_formats: bool) -> Refusal | None:
    """The most telling reason why the judge of ``accepts`` refuses ``value``; raises CannotJudgeError."""
    from jsonschema.exceptions import best_match

    _require_bounded(schema, value)
    errors = _errors(schema.value, schema.draft, value, assert_formats)
    try:
        error = _judged(schema, lambda: best_match(islice(errors, _ENOUGH)))
    except _StumbledError:
        return next(_refusals(schema, value, assert_formats), None)
    if error is None:
        return None
    told = with_deep_stack(lambda: _told(schema, value, assert_formats))
    return told or Refusal(
        _pointer(error.absolute_path), _located(schema, error.absolute_schema_path), abridged(error.message)
    )


def _judged(schema: Parsed, judge: Callable[[], Answer]) -> Answer:
    """What the ``jsonschema`` package says, with a large stack where it takes one that is not used up in any case."""

    def ask() -> Answer:
        try:
            return judge()
        except BaseException as error:
            # Its registry is written in Rust, where the end of the stack is a panic that is no Exception.
            if type(error).__name__ == "PanicException":
                raise RecursionError from error
            raise

    endless = loops(schema.sources, schema.root)
    try:
        return ending(ask) if endless else with_deep_stack(ask)
    except RecursionError as error:
        said = "a reference leads back to itself" if endless else "it is nested too deeply for the jsonschema package"
        raise CannotJudgeError(said) from error


def _told(schema: Parsed, value: Any, assert_formats: bool) -> Refusal | None:
    """What ``jsonschema-rs`` says of a refusal: it quotes values as JSON, and tells the branches of a union apart."""
    if size(value) > _QUOTABLE:
        return None
    try:
        reason = most_telling(islice(_fast_errors(schema, value, assert_formats), _ENOUGH))
    except (CannotJudgeError, ValueError, TypeError, OverflowError):
        return None
    return replace(_refusal(schema, reason.error), message=reason.words) if reason else None


def refusals(schema: Parsed, value: Any) -> tuple[Refusal, ...]:
    """The reasons why ``jsonschema-rs`` refuses ``value``, at most ``MOST_REFUSALS``, formats asserted; raises CannotJudgeError."""
    _require_bounded(schema, value)
    return tuple(islice(_refusals(schema, value), MOST_REFUSALS))


def _require_bounded(schema: Parsed, value: Any) -> None:
    if too_much(schema.sources, schema.root, value):
        raise CannotJudgeError(f"its references multiply: a validator would look at more than {MOST:,} schemas")


def _refusals(schema: Parsed, value: Any, assert_formats: bool = True) -> Iterator[Refusal]:
    for error in _fast_errors(schema, value, assert_formats):
        yield _refusal(schema, error)


def _fast_errors(schema: Parsed, value: Any, assert_formats: bool) -> Iterator[Any]:
    validator = _fast_validator(_Same(schema.value), schema.draft, assert_formats)
    yield from _first_error(validator, value) if _is_long(value) else validator.iter_errors(value)


def _refusal(schema: Parsed, error: Any) -> Refusal:
    return Refusal(_pointer(error.instance_path), _located(schema, error.evaluation_path), error.message)


def _located(schema: Parsed, path: Iterable[str | int]) -> str:
    """The pointer of a keyword in the document of ``schema``: the last place in it on the ``path`` that leads there."""
    spot, pointer = schema.root, ""
    try:
        for step in path:
            spot = _below(schema.sources, spot, step)
            pointer = spot.pointer if spot.source == schema.root.source else pointer
    except RefNotFoundError:  # beyond a reference that depends on the way to it
        return pointer
    return pointer


def _below(sources: Sources, spot: Spot, step: str | int) -> Spot:
    """One step further; ``jsonschema-rs`` counts a reference as a step of its own, and ``jsonschema`` does not."""
    ref = spot.value.get("$ref") if isinstance(spot.value, dict) else None
    if isinstance(ref, str) and (spot.draft.ref_hides_siblings or step == "$ref" or step not in spot.value):
        target = sources.resolve(spot.base, ref)
        return target if step == "$ref" else _below(sources, target, step)
    return sources.descend(spot, _pointer([step]))


def _first_error(validator: Any, value: Any) -> Iterator[Any]:
    """``iter_errors`` makes all errors before it gives the first: those of a record may be millions."""
    import jsonschema_rs

    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        yield error


def _is_long(value: Any) -> bool:
    stack, count = [value], 0
    while stack and count <= _LONG:
        inner = stack.pop()
        members = inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ()
        count += len(members)
        stack.extend(members)
    return count > _LONG


def fast_validator(schema: Parsed) -> Any:
    """The validator of ``jsonschema-rs`` for verdicts without reasons, formats asserted; raises CannotJudgeError."""
    return _made(narrowed(schema), schema.draft, True, _unknown_to(schema.draft))


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Compares a schema by identity, so that its validator can be remembered."""

    schema: Any

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema


@lru_cache(maxsize=64)
def _fast_validator(same: _Same, draft: Draft, assert_formats: bool) -> Any:
    return _made(same.schema, draft, assert_formats, _strict(draft))


def _made(schema: Any, draft: Draft, assert_formats: bool, formats: dict[str, Callable[[str], bool]]) -> Any:
    import jsonschema_rs

    make = getattr(jsonschema_rs, CLASSES[draft])
    try:
        return make(schema, validate_formats=assert_formats, formats=formats or None, retriever=_refuse)
    except jsonschema_rs.ValidationError as error:
        reason = error.message
        if error.kind.as_dict() == {"format": "regex"}:  # its syntax was looked at when it was loaded
            reason = f"the pattern {error.instance!r} is too large for the validator, or means nothing to it"
        raise CannotJudgeError(reason, _pointer(error.instance_path)) from error
    except ValueError as error:
        raise CannotJudgeError(str(error)) from error


@cache
def _unknown_to(draft: Draft) -> dict[str, Callable[[str], bool]]:
    """The formats that a draft does not define, where any text passes, and that ``jsonschema-rs`` asserts all the same."""
    import jsonschema_rs

    from schemaward.formats.jsonschema.string_formats import FORMATS, asserted

    kind = getattr(jsonschema_rs, CLASSES[draft])
    refuses = {name: not kind({"format": name}, validate_formats=True).is_valid("%zz [(") for name in FORMATS}
    return {name: lambda _text: True for name in FORMATS if refuses[name] and not asserted(name, draft)}


@cache
def _strict(draft: Draft) -> dict[str, Callable[[str], bool]]:
    """The formats that ``jsonschema-rs`` asserts as the draft does, those with too wide a check held to their pattern."""
    import jsonschema_rs

    from schemaward.formats.jsonschema.string_formats import FORMATS, asserted

    kind, lax = getattr(jsonschema_rs, CLASSES[draft]), [name for name in LAX if asserted(name, draft)]
    both = {name: {"format": name, "pattern": FORMATS[name].within} for name in lax}
    return _unknown_to(draft) | {name: kind(both[name], validate_formats=True).is_valid for name in lax}


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} is not in the schema")


def _errors(schema: Any, draft: Draft, value: Any, assert_formats: bool) -> Iterator[ValidationError]:
    if draft >= Draft.DRAFT2019 and _misleads(_Same(schema), draft):
        raise _StumbledError("the jsonschema package takes the wrong properties for evaluated")
    from referencing.exceptions import Unresolvable

    try:
        yield from _validator(draft, schema, assert_formats).iter_errors(value)
    except (TypeError, AttributeError, Unresolvable) as error:
        raise _StumbledError(f"the jsonschema package stumbles: {error}") from error
    except (ValueError, ArithmeticError, LookupError) as error:
        raise CannotJudgeError(f"the jsonschema package cannot use it: {error}") from error


@lru_cache(maxsize=64)
def _misleads(same: _Same, draft: Draft) -> bool:
    """True when the ``jsonschema`` package may be wrong, or without bounds, about what is evaluated.

    There it matches patterns by ``re``, does not enter embedded resources, and takes a schema for all other properties
    for one of names in 2019-09.
    """
    text = compact(same.schema)
    if '"unevaluatedProperties":' not in text and '"unevaluatedItems":' not in text:
        return False
    of_names = draft is Draft.DRAFT2019 and _ALL_OTHERS.search(text) is not None
    embedded = text.count('"$id":') > ("$id" in same.schema)
    return of_names or embedded or '"patternProperties":' in text


def _validator(draft: Draft, schema: Any, assert_formats: bool) -> Any:
    from jsonschema_specifications import REGISTRY

    from schemaward.formats.jsonschema.string_formats import checker_of

    return bounded_class(draft)(schema, registry=REGISTRY, format_checker=checker_of(draft) if assert_formats else None)


def _pointer(path: Any) -> str:
    return "".join(f"/{escape(str(token))}" for token in path)
