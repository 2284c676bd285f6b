"""Strings: is there one within these patterns, lengths and formats, outside those, and which is the shortest?"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice, product
from typing import TypeAlias

from schemaward.formats.jsonschema.engine.formulas import Literal, Op, Universe
from schemaward.formats.jsonschema.engine.outcomes import NOTHING, Budget, Found, Open, Outcome, UndecidableError
from schemaward.formats.jsonschema.regex.languages import EMPTY_STRING, Language, Languages, NotRegularError
from schemaward.formats.jsonschema.regex.languages import NOTHING as NO_STRING
from schemaward.formats.jsonschema.regex.patterns import widened
from schemaward.formats.jsonschema.regex.syntax import Syntax, parse
from schemaward.formats.jsonschema.string_formats import FORMATS, ODD, conforms, undisputed

_LONGEST = 1 << 24
_MANY = 2_000
"""States of a search from which on large unions are taken apart."""
_FEW = 3
"""Options of a union that is not large."""
_NEAR = 500
"""Characters before the least length from which on a search goes step by step."""
_LONGEST_CYCLE = 64
_VISITS = 60
_TRIED = 400
_CHARACTERS_PER_STEP = 512
_PLAIN = parse("^[ -~]*$")
"""What every engine sees alike: they differ in what ends a line, and so in what "." matches."""
_FRAMED = parse("^[ -~][^]*[ -~]$")
"""What begins and ends so, at least: to some engines ``$`` matches before the end of the last line, too."""
_IS_PLAIN = re.compile("[ -~]*")


@dataclass(slots=True)
class TextGoal:
    """What one string must be: literals of kind STRING, sorted by what they say."""

    inside: list[Syntax] = field(default_factory=list)
    outside: list[Syntax] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    no_formats: list[str] = field(default_factory=list)
    least: int = 0
    most: int | None = None
    excluded: set[str] = field(default_factory=set)


_Languages: TypeAlias = "tuple[tuple[Language, ...], tuple[Language, ...]]"
"""What the rest of a string must belong to, and what it must not."""


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """A string that was begun: what may follow it, how much must and may, and its last characters."""

    languages: _Languages
    least: int
    most: int | None
    text: str = ""
    before: _Step | None = None
    number: int = 0

    def after(self, text: str, languages: _Languages) -> _Step:
        """The step that follows by ``text``."""
        most = None if self.most is None else self.most - len(text)
        return _Step(languages, max(self.least - len(text), 0), most, text, self, self.number + 1)

    def _back(self) -> Iterator[_Step]:
        step: _Step | None = self
        while step is not None:
            yield step
            step = step.before

    def whole(self) -> str:
        """The string so far."""
        return "".join(reversed([step.text for step in self._back()]))

    def cycle(self) -> str:
        """The last characters, if after them the same may follow as before them: they can be repeated ("": none)."""
        texts: list[str] = []
        for step in islice(self._back(), _LONGEST_CYCLE):
            if texts and step.languages == self.languages:
                return "".join(reversed(texts))
            texts.append(step.text)
        return ""


class Texts:
    """Answers about strings for one question; languages are built once and shared."""

    def __init__(self, universe: Universe, budget: Budget) -> None:
        self.universe = universe
        self.budget = budget
        self.languages = Languages(budget.spend)
        self._of: dict[Syntax, Language | str] = {}

    def language(self, syntax: Syntax) -> Language | str:
        """The strings in which a pattern is found, or why they are not a regular language."""
        found = self._of.get(syntax)
        if found is None:
            try:
                found = self.languages.search(syntax)
            except NotRegularError as error:
                found = str(error)
            self._of[syntax] = found
        return found

    def matches(self, syntax: Syntax, text: str) -> bool:
        """True when the pattern is found in ``text``; raises UndecidableError when that cannot be told."""
        language = self.language(syntax)
        if isinstance(language, int):
            self.budget.spend(len(text) // 8)
            return self.languages.contains(language, text)
        source = self.universe.pattern_sources.get(syntax)
        if source is None:
            raise UndecidableError(language)
        return _matches_by_engine(source, text)

    def solve(self, units: Iterable[Literal]) -> Outcome:
        """A string that satisfies all ``units`` (literals of kind STRING, no positive ENUM)."""
        goal = self._goal(units)
        if goal.most is not None and goal.least > goal.most:
            return NOTHING
        if goal.least > _LONGEST:
            return Open(f"a string of {goal.least} characters would be needed")
        if set(goal.inside) & set(goal.outside) or _formats_clash(goal):
            return NOTHING
        return self._search(goal)

    def _goal(self, units: Iterable[Literal]) -> TextGoal:
        goal = TextGoal()
        for unit in sorted(units):
            node = self.universe.node(unit)
            if node.op is Op.ENUM:
                goal.excluded |= {key[1] for key in node.args[0]}
            elif node.op is Op.PATTERN:
                (goal.inside if unit > 0 else goal.outside).append(node.args[0])
            elif node.op is Op.FORMAT:
                (goal.formats if unit > 0 else goal.no_formats).append(node.args[0])
            elif (node.op is Op.MIN_LENGTH) == (unit > 0):
                goal.least = max(goal.least, node.args[0] + (unit < 0))
            else:
                most = node.args[0] - (unit < 0)
                goal.most = most if goal.most is None else min(goal.most, most)
        return goal

    def _search(self, goal: TextGoal) -> Outcome:
        for name in goal.formats:
            for sample in FORMATS[name].samples:
                if self._fits(sample, goal):
                    return Found(sample)
        inside, outside, opaque = self._languages(goal)
        text = next(self._strings(inside, outside, goal, 1), None)
        if text is None:
            return NOTHING
        plain = [*inside, self.languages.search(_PLAIN)]
        if not _IS_PLAIN.fullmatch(text):
            framed = [*inside, self.languages.search(_FRAMED)]
            text = next(chain(*(self._strings(each, outside, goal, 1) for each in (plain, framed))), text)
        if not goal.excluded and not opaque and not goal.formats and not goal.no_formats:
            return Found(text)
        if not goal.formats and self._fits(text, goal):
            return Found(text)
        if goal.excluded:
            outside = [*outside, self._exactly(goal.excluded)]
            if next(self._strings(inside, outside, goal, 1), None) is None:
                return NOTHING
        surely = [*inside, *self._surely(goal.formats)]
        first = self._strings(surely, outside, goal, 1) if goal.formats else ODD if goal.no_formats else ()
        candidates = chain(*(islice(self._strings(each, outside, goal, _VISITS), _TRIED) for each in (plain, inside)))
        for candidate in chain(first, candidates):
            if self._fits(candidate, goal):
                return Found(candidate)
        reason = "; ".join(sorted(opaque)) or "format " + ", ".join(sorted({*goal.formats, *goal.no_formats}))
        return Open(f"no string was found, and none excluded: {reason}")

    def _languages(self, goal: TextGoal) -> tuple[list[Language], list[Language], set[str]]:
        """Languages such that a string of the goal belongs to all of the first, to none of the second; what is not told."""
        inside: list[Language] = []
        outside = self._surely(goal.no_formats)
        opaque: set[str] = set()
        within = [parse(bound) for name in goal.formats if (bound := FORMATS[name].within)]
        for wanted, into in (([*goal.inside, *within], inside), (goal.outside, outside)):
            for syntax in wanted:
                language = self.language(syntax)
                if not isinstance(language, int):
                    opaque.add(f"a pattern with {language}")
                    language = self.language(widened(syntax)) if into is inside else language
                if isinstance(language, int):
                    into.append(language)
        return inside, outside, opaque

    def _surely(self, formats: Iterable[str]) -> list[Language]:
        """For each format, strings that are valid in it."""
        languages = (self.language(parse(FORMATS[name].surely)) for name in formats)
        return [language for language in languages if isinstance(language, int)]

    def _fits(self, text: str, goal: TextGoal) -> bool:
        if text in goal.excluded or len(text) < goal.least or (goal.most is not None and len(text) > goal.most):
            return False
        return (
            all(self.matches(syntax, text) for syntax in goal.inside)
            and not any(self.matches(syntax, text) for syntax in goal.outside)
            and all(undisputed(text, name) for name in goal.formats)
            and not any(conforms(text, name) for name in goal.no_formats)
        )

    def _exactly(self, texts: Iterable[str]) -> Language:
        """The language of these strings and no other."""
        options = []
        for text in sorted(texts):
            self.budget.spend(1 + len(text) // 4)
            language = EMPTY_STRING
            for character in reversed(text):
                language = self.languages.cat(self.languages.chars(((ord(character),) * 2,)), language)
            options.append(language)
        return self.languages.alt(options)

    def _strings(self, inside: list[Language], outside: list[Language], goal: TextGoal, visits: int) -> Iterator[str]:
        """Strings of all ``inside`` and none of ``outside`` within the lengths, shortest first.

        Each state of the product is left at most ``visits`` times: with one visit, no string means that there is none.
        """
        if not set(inside).isdisjoint(outside):
            return
        if not inside and not outside and visits == 1:
            yield "a" * goal.least
            return
        start = _Step((tuple(sorted(set(inside))), tuple(sorted(set(outside)))), goal.least, goal.most)
        queue = deque([start])
        seen: dict[tuple[_Languages, int, int | None], int] = {}
        repeated: set[_Languages] = set()
        while queue:
            step = queue.popleft()
            self.budget.spend(1 + (step.number + len(step.text)) // _CHARACTERS_PER_STEP)
            if step.least == 0 and self._accepts(step.languages):
                yield step.whole()
            following = list(self._steps(step, apart=len(seen) > _MANY))
            if step.least > 2 * _NEAR and step.languages not in repeated:
                cycle = step.cycle()
                if cycle:
                    repeated.add(step.languages)
                    following.append(step.after(cycle * ((step.least - _NEAR) // len(cycle)), step.languages))
            for each in following:
                state = (each.languages, each.least, each.most)
                if seen.get(state, 0) < visits:
                    seen[state] = seen.get(state, 0) + 1
                    queue.append(each)

    def _accepts(self, languages: _Languages) -> bool:
        within, without = languages
        nullable = self.languages.nullable
        return all(map(nullable, within)) and not any(map(nullable, without))

    def _steps(self, step: _Step, *, apart: bool) -> Iterator[_Step]:
        """One more character, of each class that the languages tell apart.

        With ``apart`` a large union that the string must belong to is taken as one step for each of its options: a
        counted repetition has few options, and as many unions of them as there are sets.
        """
        if step.most == 0:
            return
        languages, (within, without) = self.languages, step.languages
        for code in languages.branching((*within, *without)):
            derived = [languages.derive(w, code) for w in within]
            avoided = {languages.derive(w, code) for w in without} - {NO_STRING}
            if NO_STRING in derived or languages.any in avoided:
                continue
            options = ([w] if len(of := languages.options(w)) <= _FEW else of for w in derived)
            for chosen in product(*options) if apart else [derived]:
                self.budget.spend(int(apart))
                yield step.after(chr(code), (tuple(sorted({*chosen} - {languages.any})), tuple(sorted(avoided))))


def _formats_clash(goal: TextGoal) -> bool:
    wider = {name for inner in goal.formats for name in (inner, *FORMATS[inner].part_of)}
    return bool(wider & set(goal.no_formats))


def _matches_by_engine(source: str, text: str) -> bool:
    """Ask the Rust engine, which bounds its own backtracking."""
    import jsonschema_rs

    try:
        return bool(jsonschema_rs.is_valid({"pattern": source}, text))
    except ValueError as error:
        raise UndecidableError(f"the pattern {source!r}") from error
