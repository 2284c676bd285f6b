"""``pattern`` as a formula: look-aheads at the start become conjunctions, what matches every string becomes TRUE."""

from __future__ import annotations

from schemaward.formats.jsonschema.engine.formulas import TRUE, Kind, Literal, Op, Universe
from schemaward.formats.jsonschema.regex.syntax import (
    EPSILON,
    Alt,
    Cat,
    Chars,
    End,
    Look,
    Other,
    PatternError,
    Repeat,
    Start,
    Syntax,
    parse,
)
from schemaward.formats.jsonschema.regex.unicode_properties import LAST


def pattern_literal(universe: Universe, source: str) -> Literal:
    """The assertion that ``source`` is found in a string. A text that is no pattern stands for itself, undecided."""
    try:
        syntax = parse(source)
        universe.pattern_sources.setdefault(syntax, source)
        return _literal(universe, syntax)
    except PatternError as error:
        return universe.make(Op.PATTERN, Other(f"the pattern {source!r}, which is not valid: {error}", source))


def _literal(universe: Universe, syntax: Syntax) -> Literal:
    if _looks(syntax):
        options = [_anchored(universe, _flat(option)) for option in _options(syntax)]
        known = [option for option in options if option is not None]
        if len(known) == len(options):
            return universe.any(known)
    elif _found_everywhere(syntax):
        return TRUE
    return universe.make(Op.PATTERN, syntax)


def _anchored(universe: Universe, parts: tuple[Syntax, ...]) -> Literal | None:
    """``^(?!a)(?=b)rest`` as "not ^a, and ^b, and ^rest"; None for look-around elsewhere."""
    if not any(_looks(part) for part in parts):
        return _literal(universe, Cat(parts))
    if not parts or not isinstance(parts[0], Start):
        return None
    literals, at = [], 1
    while at < len(parts) and isinstance(part := parts[at], Look) and part.ahead:
        inside = _literal(universe, Cat((Start(), part.part)))
        # Every pattern holds for what is no string, and so does its opposite.
        literals.append(universe.any([-universe.kind(Kind.STRING), -inside]) if part.negative else inside)
        at += 1
    rest = (parts[0], *parts[at:])
    if any(_looks(part) for part in rest):
        head = rest[1] if len(rest) > 1 else EPSILON
        if not isinstance(head, Alt):
            return None
        branches = [_anchored(universe, _flat(Cat((rest[0], option, *rest[2:])))) for option in head.options]
        if any(branch is None for branch in branches):
            return None
        literals.append(universe.any(branch for branch in branches if branch is not None))
    else:
        literals.append(_literal(universe, Cat(rest)))
    return universe.all(literals)


def widened(syntax: Syntax) -> Syntax:
    """A regular pattern that is found wherever ``syntax`` is."""
    match syntax:
        case Cat(parts):
            return Cat(tuple(map(widened, parts)))
        case Alt(options):
            return Alt(tuple(map(widened, options)))
        case Repeat(part, least, most):
            return Repeat(widened(part), least, most)
        case Look() | Other(empty=True):
            return EPSILON
        case Other():
            return Repeat(Chars(((0, LAST),)), 0, None)
        case _:
            return syntax


def _options(syntax: Syntax) -> tuple[Syntax, ...]:
    return syntax.options if isinstance(syntax, Alt) else (syntax,)


def _flat(syntax: Syntax) -> tuple[Syntax, ...]:
    """The parts of a sequence, without sequences inside."""
    if not isinstance(syntax, Cat):
        return (syntax,)
    return tuple(inner for part in syntax.parts for inner in _flat(part))


def _looks(syntax: Syntax) -> bool:
    match syntax:
        case Cat(parts) | Alt(parts):
            return any(_looks(part) for part in parts)
        case Repeat(part):
            return _looks(part)
        case _:
            return isinstance(syntax, Look)


def _found_everywhere(syntax: Syntax) -> bool:
    """True when the empty string at the start, or at the end, of any string is a match."""
    return _empty(syntax, start=True, end=False) or _empty(syntax, start=False, end=True)


def _empty(syntax: Syntax, *, start: bool, end: bool) -> bool:
    match syntax:
        case Start():
            return start
        case End():
            return end
        case Cat(parts):
            return all(_empty(part, start=start, end=end) for part in parts)
        case Alt(options):
            return any(_empty(option, start=start, end=end) for option in options)
        case Repeat(part, least):
            return least == 0 or _empty(part, start=start, end=end)
        case _:
            return False
