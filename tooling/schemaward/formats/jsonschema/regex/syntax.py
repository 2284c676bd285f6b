"""A parser for the regular expressions of ECMA 262, as JSON Schema uses them (code points, no flags).

Source: ECMA-262, "RegExp (Regular Expression) Objects", with the leniencies of Annex B that existing schemas rely on
(identity escapes, a literal ``{``, ``]`` or ``-``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from schemaward.formats.jsonschema.regex.unicode_properties import LAST, Ranges, code_points, complement, normal


class PatternError(ValueError):
    """The text is no regular expression of ECMA 262; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of a set of inclusive, sorted, disjoint ranges of code points."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Cat:
    """One after the other."""

    parts: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """One of several."""

    options: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``least`` to ``most`` (None: any number) times."""

    part: Syntax
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Start:
    """``^``."""


@dataclass(frozen=True, slots=True)
class End:
    """``$``."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look-ahead, or a look-behind."""

    part: Syntax
    ahead: bool
    negative: bool


@dataclass(frozen=True, slots=True)
class Other:
    """What is not regular or has no translation here, such as a back-reference.

    ``source`` is the whole pattern: what such a part means depends on the groups around it, so that no two patterns
    with such a part are taken for the same.
    """

    what: str
    source: str
    empty: bool = False
    """True for an assertion, which takes no character."""


Syntax: TypeAlias = "Chars | Cat | Alt | Repeat | Start | End | Look | Other"

EPSILON = Cat(())


_DIGIT: Ranges = ((0x30, 0x39),)
_WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACE: Ranges = normal(
    [
        (9, 13),
        (32, 32),
        (0xA0, 0xA0),
        (0x1680, 0x1680),
        (0x2000, 0x200A),
        (0x2028, 0x2029),
        (0x202F, 0x202F),
        (0x205F, 0x205F),
        (0x3000, 0x3000),
        (0xFEFF, 0xFEFF),
    ]
)
_DOT: Ranges = complement(normal([(10, 10), (13, 13), (0x2028, 0x2029)]))
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_CLASSES |= {letter.upper(): complement(ranges) for letter, ranges in _CLASSES.items()}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
_MAX_REPEAT_DIGITS = 15
_MAX_NESTING = 100


@cache
def parse(source: str) -> Syntax:
    """Parse a pattern; raises PatternError."""
    parser = _Parser(source)
    syntax = parser.alternatives()
    if parser.at < len(source):
        raise parser.error("unmatched )")
    return syntax


def leniency(source: str) -> str:
    """What a pattern says that only Annex B allows, and validators with the flag ``u`` do not ("": nothing)."""
    parser = _Parser(source)
    parser.alternatives()
    return parser.leniency


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.depth = 0
        self.unknown = ""
        self.leniency = ""

    def lenient(self, what: str) -> None:
        self.leniency = self.leniency or f"{what} at character {self.at}"

    def error(self, what: str) -> PatternError:
        return PatternError(f"{what} at character {self.at + 1}")

    def other(self, what: str) -> Other:
        return Other(what, self.source)

    def one_of(self, ranges: Ranges) -> Syntax:
        """One character, unless its set holds a property whose members are not known here."""
        unknown, self.unknown = self.unknown, ""
        return self.other(f'the Unicode property "{unknown}"') if unknown else Chars(ranges)

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def take(self, text: str) -> bool:
        if self.source.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def alternatives(self) -> Syntax:
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise self.error("groups are nested too deeply")
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        self.depth -= 1
        return options[0] if len(options) == 1 else Alt(tuple(options))

    def sequence(self) -> Syntax:
        parts: list[Syntax] = []
        while self.at < len(self.source) and self.peek() not in "|)":
            parts.append(self.quantified())
        return parts[0] if len(parts) == 1 else Cat(tuple(parts))

    def quantified(self) -> Syntax:
        start = self.at
        part = self.atom()
        bounds = self.quantifier()
        if bounds is None:
            return part
        self.take("?")  # lazy or greedy: the same language
        if self.quantifier() is not None:
            raise self.error("nothing to repeat")
        if self.source[start] in "^$":
            raise self.error("nothing to repeat")
        return Repeat(part, *bounds)

    def quantifier(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return bounds
        if self.peek() != "{":
            return None
        end = self.source.find("}", self.at)
        low, comma, high = self.source[self.at + 1 : end].partition(",") if end > 0 else ("", "", "")
        if not _digits(low) or (high and not _digits(high)):
            return None
        self.at = end + 1
        if max(len(low), len(high)) > _MAX_REPEAT_DIGITS:
            raise self.error("the bounds of a repetition are too large")
        least, most = int(low), int(high) if high else (None if comma else int(low))
        if most is not None and most < least:
            raise self.error("the bounds of a repetition are out of order")
        return least, most

    def atom(self) -> Syntax:
        character = self.peek()
        if character in "*+?":
            raise self.error("nothing to repeat")
        self.at += 1
        if character == "^":
            return Start()
        if character == "$":
            return End()
        if character == ".":
            return Chars(_DOT)
        if character == "(":
            return self.group()
        if character == "[":
            return self.char_class()
        if character == "\\":
            return self.escape()
        if character in "{}]":
            self.lenient(f"a {character} that stands for itself needs a backslash")
        return Chars(((ord(character), ord(character)),))

    def group(self) -> Syntax:
        look: tuple[bool, bool] | None = None
        if self.take("?"):
            if self.take(":"):
                pass
            elif self.take("="):
                look = (True, False)
            elif self.take("!"):
                look = (True, True)
            elif self.take("<="):
                look = (False, False)
            elif self.take("<!"):
                look = (False, True)
            elif self.take("<"):
                end = self.source.find(">", self.at)
                if end < 0 or not self.source[self.at : end].replace("$", "_").isidentifier():
                    raise self.error("the name of a group is not valid")
                self.at = end + 1
            else:
                raise self.error("(? must be followed by :, =, !, <=, <! or a name")
        part = self.alternatives()
        if not self.take(")"):
            raise self.error("missing )")
        return Look(part, *look) if look else part

    def escape(self) -> Syntax:
        character = self.peek()
        if not character:
            raise self.error("a backslash ends the pattern")
        if character in "bB":
            self.at += 1
            return Other("a word boundary", self.source, empty=True)
        if character in "<>":
            self.at += 1
            return self.other(f"the escape \\{character}, which validators take for the beginning or the end of a word")
        if character in "123456789":
            return self.back_reference()
        if character == "k" and self.source.startswith("k<", self.at):
            return self.other("a back-reference")
        return self.one_of(self.class_escape())

    def back_reference(self) -> Syntax:
        start = self.at
        while _digits(self.peek()):
            self.at += 1
        if int(self.source[start : self.at][:4]) <= self.source.count("("):
            return self.other("a back-reference")
        self.at = start + 1
        self.lenient("there is no such group to refer to")
        return Chars(((ord(self.source[start]),) * 2,))

    def class_escape(self) -> Ranges:
        """What one escape stands for, inside or outside a class; the backslash is behind us."""
        character = self.peek()
        self.at += 1
        if character in _CLASSES:
            return _CLASSES[character]
        if character in "pP" and self.peek() == "{":
            return self.unicode_property(character == "P")
        if character in _CONTROLS and not (character == "0" and _digits(self.peek())):
            return ((_CONTROLS[character],) * 2,)
        if character == "c" and self.peek().isascii() and self.peek().isalpha():
            self.at += 1
            return ((ord(self.source[self.at - 1]) % 32,) * 2,)
        if character == "x":
            return self.hexadecimal(2, character)
        if character == "u":
            return self.unicode_escape()
        if character.isascii() and character.isalnum():
            self.lenient(f"\\{character} is no escape")
        return ((ord(character),) * 2,)

    def unicode_escape(self) -> Ranges:
        if self.peek() == "{":
            end = self.source.find("}", self.at)
            digits = self.source[self.at + 1 : end] if end > 0 else ""
            if not digits or any(d not in "0123456789abcdefABCDEF" for d in digits) or int(digits[-8:], 16) > LAST:
                raise self.error(r"\u{...} needs a code point in hexadecimal")
            self.at = end + 1
            return ((int(digits, 16),) * 2,)
        high = self.hexadecimal(4, "u")
        code = high[0][0]
        if 0xD800 <= code <= 0xDBFF and self.source.startswith("\\u", self.at):
            mark = self.at
            self.at += 2
            low = self.hexadecimal(4, "u")[0][0]
            if 0xDC00 <= low <= 0xDFFF:
                return ((0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00),) * 2,)
            self.at = mark
        return high

    def hexadecimal(self, length: int, letter: str) -> Ranges:
        digits = self.source[self.at : self.at + length]
        if len(digits) == length and all(d in "0123456789abcdefABCDEF" for d in digits):
            self.at += length
            return ((int(digits, 16),) * 2,)
        return ((ord(letter),) * 2,)

    def unicode_property(self, negated: bool) -> Ranges:
        end = self.source.find("}", self.at)
        if end < 0:
            raise self.error(r"\p needs a property in braces")
        name = self.source[self.at + 1 : end]
        if not name or not name.replace("=", "").replace("_", "").isalnum():
            raise self.error(f'"{name}" is no Unicode property')
        ranges = code_points(name)
        self.at = end + 1
        if ranges is None:
            self.unknown = name
            return ()
        return complement(ranges) if negated else ranges

    def char_class(self) -> Syntax:
        negated = self.take("^")
        ranges: list[tuple[int, int]] = []
        while not self.take("]"):
            if self.at >= len(self.source):
                raise self.error("missing ]")
            low = self.class_atom()
            if self.peek() == "-" and self.source[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self.class_atom()
                if len(low) == len(high) == 1 and low[0][0] == low[0][1] and high[0][0] == high[0][1]:
                    if high[0][0] < low[0][0]:
                        raise self.error("a range in a class is out of order")
                    ranges.append((low[0][0], high[0][0]))
                else:
                    self.lenient("a range in a class is from one character to another")
                    ranges += [*low, *high, (0x2D, 0x2D)]
            else:
                ranges += low
        found = normal(ranges)
        return self.one_of(complement(found) if negated else found)

    def class_atom(self) -> Ranges:
        character = self.peek()
        if not character:
            raise self.error("missing ]")
        self.at += 1
        if character != "\\":
            return ((ord(character),) * 2,)
        if not self.peek():
            raise self.error("a backslash ends the pattern")
        if self.take("b"):
            return ((8, 8),)
        if self.take("-"):
            return ((0x2D, 0x2D),)
        return self.class_escape()


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
