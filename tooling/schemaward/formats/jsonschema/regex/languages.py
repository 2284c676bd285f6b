"""Regular languages by derivatives: membership, and a shortest string in a boolean combination of languages.

The derivative of a language by a character is what may follow that character (Brzozowski 1964). A search over the
derivatives visits the states of the product automaton only as far as they are needed, so that intersection and
complement cost nothing to build, and counted repetitions unfold only where strings go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from schemaward.formats.jsonschema.regex.syntax import (
    Alt,
    Cat,
    Chars,
    End,
    Look,
    Other,
    Repeat,
    Start,
    Syntax,
)
from schemaward.formats.jsonschema.regex.unicode_properties import LAST, Ranges

Language: TypeAlias = int

NOTHING: Language = 0
EMPTY_STRING: Language = 1

_SURROGATES = (0xD800, 0xDFFF)
_PREFERRED: Ranges = tuple(
    (ord(a), ord(b)) for a, b in ("az", "09", "AZ", "__", "--", "..", "//", "  ", "!~", "\xa1\u024f", "\n\n")
)
_LOWEST_FALLBACK = 0x80
_MEMBERS_PER_STEP = 8


class NotRegularError(Exception):
    """A pattern has no regular language here; the argument says why."""


class Languages:
    """An arena of languages: equal structure has an equal number, and derivatives are remembered.

    ``spend`` is told of the work that a large union takes, and may raise to end it.
    """

    def __init__(self, spend: Callable[[int], None] = lambda steps: None) -> None:
        self._spend = spend
        self._terms: list[tuple[Any, ...]] = [("nothing",), ("empty",)]
        self._numbers: dict[tuple[Any, ...], Language] = {t: i for i, t in enumerate(self._terms)}
        self._nullable: list[bool] = [False, True]
        self._derived: dict[tuple[Language, int], Language] = {}
        self._firsts: dict[Language, frozenset[Language]] = {NOTHING: frozenset(), EMPTY_STRING: frozenset()}
        self._branching: dict[frozenset[Language], tuple[int, ...]] = {}
        self._sequences: dict[tuple[Any, ...], Language] = {}
        self.any: Language = -1
        self.any = self.repeat(self.chars(((0, LAST),)), 0, None)

    # -- construction, in a normal form that makes similar derivatives equal

    def _make(self, term: tuple[Any, ...], nullable: bool) -> Language:
        number = self._numbers.get(term)
        if number is None:
            number = self._numbers[term] = len(self._terms)
            self._terms.append(term)
            self._nullable.append(nullable)
        return number

    def chars(self, ranges: Ranges) -> Language:
        """The strings of one character out of ``ranges``."""
        return self._make(("chars", ranges), False) if ranges else NOTHING

    def cat(self, first: Language, then: Language) -> Language:
        """Concatenation."""
        if NOTHING in (first, then):
            return NOTHING
        if first == EMPTY_STRING:
            return then
        if then == EMPTY_STRING:
            return first
        term = self._terms[first]
        if term[0] == "cat":
            return self.cat(term[1], self.cat(term[2], then))
        if first == self.any:
            following = self._terms[then]
            if then == first or (following[0] == "cat" and following[1] == first):
                return then
        return self._make(("cat", first, then), self._nullable[first] and self._nullable[then])

    def alt(self, options: Iterable[Language]) -> Language:
        """Union."""
        members: set[Language] = set()
        for option in options:
            term = self._terms[option]
            members |= term[1] if term[0] == "alt" else {option}
        members.discard(NOTHING)
        self._spend(len(members) // _MEMBERS_PER_STEP)
        if self.any in members:
            return self.any
        if EMPTY_STRING in members and any(self._nullable[m] for m in members if m != EMPTY_STRING):
            members.discard(EMPTY_STRING)
        if not members:
            return NOTHING
        if len(members) == 1:
            return members.pop()
        return self._make(("alt", frozenset(members)), any(self._nullable[m] for m in members))

    def repeat(self, part: Language, least: int, most: int | None) -> Language:
        """``least`` to ``most`` (None: any number of) times ``part``."""
        if part == NOTHING:
            return NOTHING if least else EMPTY_STRING
        if part == EMPTY_STRING or most == 0:
            return EMPTY_STRING
        if self._nullable[part]:
            least = 0
        if (least, most) == (1, 1):
            return part
        if (least, most) == (0, None) and self._terms[part][0] == "repeat" and self._terms[part][2:] == (0, None):
            return part
        return self._make(("repeat", part, least, most), least == 0)

    def search(self, syntax: Syntax) -> Language:
        """The strings in which a pattern is found; raises NotRegularError."""
        some = self.repeat(self.chars(((0, LAST),)), 1, None)
        lefts = [(True, EMPTY_STRING), (False, some)] if _has(syntax, Start) else [(False, self.any)]
        rights = [(True, EMPTY_STRING), (False, some)] if _has(syntax, End) else [(False, self.any)]
        return self.alt(
            self.cat(before, self.cat(self._resolve(syntax, at_start, at_end), after))
            for at_start, before in lefts
            for at_end, after in rights
        )

    def _resolve(self, syntax: Syntax, at_start: bool, at_end: bool) -> Language:
        """The language of a pattern that begins at the start of the string, or after it, and ends at its end, or before."""
        match syntax:
            case Chars(ranges):
                return self.chars(ranges)
            case Start():
                return EMPTY_STRING if at_start else NOTHING
            case End():
                return EMPTY_STRING if at_end else NOTHING
            case Alt(options):
                return self.alt(self._resolve(option, at_start, at_end) for option in options)
            case Repeat(part, 0, 1) if _has(part, Start) or _has(part, End):
                return self.alt([EMPTY_STRING, self._resolve(part, at_start, at_end)])
            case Repeat(part, least, most):
                if _has(part, Start) or _has(part, End):
                    raise NotRegularError("an anchor under a repetition")
                return self.repeat(self._resolve(part, False, False), least, most)
            case Cat(parts):
                return self._sequence(parts, at_start, at_end)
            case Look():
                raise NotRegularError("look-around")
            case Other(what):
                raise NotRegularError(what)

    def _sequence(self, parts: Sequence[Syntax], at_start: bool, at_end: bool) -> Language:
        """A sequence; an anchor inside holds only if everything between it and the edge is empty."""
        if not parts:
            return EMPTY_STRING
        if len(parts) == 1:
            return self._resolve(parts[0], at_start, at_end)
        head, tail = parts[0], parts[1:]
        inner_start = at_start and any(_has(part, Start) for part in tail)
        inner_end = at_end and _has(head, End)
        if not inner_start and not inner_end:
            return self.cat(self._resolve(head, at_start, False), self._sequence(tail, False, at_end))
        key = (parts, at_start, at_end)
        found = self._sequences.get(key)
        if found is None:
            found = self._sequences[key] = self._anchored_sequence(head, tail, at_start, at_end)
        return found

    def _anchored_sequence(self, head: Syntax, tail: Sequence[Syntax], at_start: bool, at_end: bool) -> Language:
        """Four cases: the head, the tail, both or none of them match the empty string."""
        lone_head, lone_tail = self._resolve(head, at_start, at_end), self._sequence(tail, at_start, at_end)
        first, last = self._resolve(head, at_start, False), self._sequence(tail, False, at_end)
        options = [self.cat(self._without_empty(first), self._without_empty(last))]
        if self._nullable[last]:
            options.append(self._without_empty(lone_head))
        if self._nullable[first]:
            options.append(self._without_empty(lone_tail))
        if self._nullable[lone_head] and self._nullable[lone_tail]:
            options.append(EMPTY_STRING)
        return self.alt(options)

    def _without_empty(self, language: Language) -> Language:
        if not self._nullable[language]:
            return language
        term = self._terms[language]
        match term[0]:
            case "empty":
                return NOTHING
            case "alt":
                return self.alt(self._without_empty(option) for option in term[1])
            case "cat":
                first, then = term[1], term[2]
                return self.alt([self.cat(self._without_empty(first), then), self._without_empty(then)])
            case _:
                part, most = term[1], term[3]
                rest = self.repeat(part, 0, None if most is None else most - 1)
                return self.cat(self._without_empty(part), rest)

    # -- derivatives

    def derive(self, language: Language, code: int) -> Language:
        """What may follow ``code`` in ``language``."""
        key = (language, code)
        found = self._derived.get(key)
        if found is None:
            found = self._derived[key] = self._derive(self._terms[language], code)
        return found

    def _derive(self, term: tuple[Any, ...], code: int) -> Language:
        match term[0]:
            case "chars":
                return EMPTY_STRING if any(low <= code <= high for low, high in term[1]) else NOTHING
            case "cat":
                first = self.cat(self.derive(term[1], code), term[2])
                return self.alt([first, self.derive(term[2], code)]) if self._nullable[term[1]] else first
            case "alt":
                return self.alt(self.derive(option, code) for option in term[1])
            case "repeat":
                _, part, least, most = term
                rest = self.repeat(part, max(least - 1, 0), None if most is None else most - 1)
                return self.cat(self.derive(part, code), rest)
            case _:
                return NOTHING

    def options(self, language: Language) -> list[Language]:
        """The languages of which this one is the union."""
        term = self._terms[language]
        return sorted(term[1]) if term[0] == "alt" else [language]

    def nullable(self, language: Language) -> bool:
        """True when the empty string belongs to the language."""
        return self._nullable[language]

    def branching(self, languages: Iterable[Language]) -> tuple[int, ...]:
        """One first character of each class that the languages tell apart, the most readable first."""
        sets = frozenset().union(*map(self.firsts, languages))
        found = self._branching.get(sets)
        if found is None:
            found = self._branching[sets] = tuple(representatives(self._terms[one][1] for one in sets))
        return found

    def firsts(self, language: Language) -> frozenset[Language]:
        """The character sets that a first character is compared with, as languages of one character."""
        found = self._firsts.get(language)
        if found is None:
            term = self._terms[language]
            match term[0]:
                case "chars":
                    found = frozenset([language])
                case "cat":
                    found = self.firsts(term[1])
                    if self._nullable[term[1]]:
                        found |= self.firsts(term[2])
                case "alt":
                    found = frozenset().union(*(self.firsts(option) for option in term[1]))
                case _:
                    found = self.firsts(term[1])
            self._firsts[language] = found
        return found

    def contains(self, language: Language, text: str) -> bool:
        """Membership."""
        for character in text:
            if language == self.any:
                return True
            language = self.derive(language, ord(character))
            if language == NOTHING:
                return False
        return self._nullable[language]


def representatives(sets: Iterable[Ranges]) -> Iterator[int]:
    """One code point of each class that the sets tell apart, the most readable first; surrogates are no characters."""
    groups: dict[frozenset[int], list[tuple[int, int]]] = {}
    distinct = sorted(set(sets))
    cuts = sorted(
        {
            0,
            _SURROGATES[0],
            _SURROGATES[1] + 1,
            *(low for s in distinct for low, _ in s),
            *(high + 1 for s in distinct for _, high in s),
        }
    )
    for low, following in zip(cuts, [*cuts[1:], LAST + 1], strict=True):
        if low > LAST or low == _SURROGATES[0] or _SURROGATES[0] < low <= _SURROGATES[1]:
            continue
        signature = frozenset(i for i, s in enumerate(distinct) if any(a <= low <= b for a, b in s))
        groups.setdefault(signature, []).append((low, following - 1))
    yield from sorted((_readable(ranges) for ranges in groups.values()), key=_readability)


def _readable(ranges: list[tuple[int, int]]) -> int:
    for low, high in _PREFERRED:
        for a, b in ranges:
            if max(a, low) <= min(b, high):
                return max(a, low)
    printable = [max(a, _LOWEST_FALLBACK) for a, b in ranges if b >= _LOWEST_FALLBACK]
    return printable[0] if printable else ranges[0][0]


def _readability(code: int) -> tuple[int, int]:
    for rank, (low, high) in enumerate(_PREFERRED):
        if low <= code <= high:
            return rank, code
    return len(_PREFERRED), code


def _has(syntax: Syntax, anchor: type[Start] | type[End]) -> bool:
    match syntax:
        case Cat(parts):
            return any(_has(part, anchor) for part in parts)
        case Alt(options):
            return any(_has(option, anchor) for option in options)
        case Repeat(part):
            return _has(part, anchor)
        case _:
            return isinstance(syntax, anchor)
