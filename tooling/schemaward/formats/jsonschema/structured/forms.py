"""The answers that a provider can be held to: the part of a contract that its schema language can say.

A form is JSON Schema in few words: ``$ref`` to ``$defs``, ``anyOf``, ``enum``, closed objects, arrays with ``items``,
and scalars with bounds. It is made from the canonical form of the contract, in which drafts and spellings make no
difference; conjunctions are merged, choices spread out.

Two things may be lost on the way. What the form cannot forbid makes it *wider*: the contract may then refuse an answer.
What it cannot express makes it *narrower*: the contract allows documents that no answer can be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, TypeAlias

from schemaward.formats.jsonschema.diffing.canonical import Graph, Node, children, reachable
from schemaward.formats.jsonschema.engine.formulas import value_key
from schemaward.formats.jsonschema.structured.plain import MAKERS, declared_at, enum_form, judge, meant_types, types_of
from schemaward.formats.jsonschema.structured.providers import Provider, name_refusal
from schemaward.syntax.numbers import json_text

Form: TypeAlias = dict[str, Any]
Made: TypeAlias = frozenset[tuple[int, str]]
"""Choices that were made on the way: the node by its ``id``, and the keyword of the choice."""
Key: TypeAlias = tuple[frozenset[int], Made]

MOST_COMBINED = 2_000
"""Forms that are made of several schemas at once; more are the work of choices that multiply."""

_CHOICES = ("anyOf", "oneOf")
_NULL: Form = {"type": "null"}


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """What could not be carried over: ``pointer`` into the contract's schema, and why.

    ``effect`` says what the answers become by it: "wider" than the contract, or "narrower".
    """

    pointer: str
    effect: Literal["wider", "narrower"]
    reason: str


class TooManyFormsError(Exception):
    """The choices of a contract multiply beyond ``MOST_COMBINED``."""


class Forms:
    """Makes the forms of one contract for one provider, and gathers ``definitions`` and ``losses`` on the way."""

    def __init__(self, provider: Provider, graph: Graph) -> None:
        self.provider = provider
        self.draft = graph.draft
        self.definitions: dict[str, Form] = {}
        self.losses: dict[Loss, None] = {}
        self.lacking: dict[frozenset[int], str] = {}
        """The required property that an object cannot have, by the schemas that speak of the object."""
        self.optional: list[tuple[Form, str]] = []
        """Properties that may be left out: what they are else, and where they are declared."""
        self._root = graph.root
        self._shared = _shared(graph.root)
        self._impossible: set[Key] = set()
        """What has no form, as was found after something had already referred to it."""
        self._open: set[Key] = set()
        self._finished: dict[Key, Form | None] = {}
        self._names: dict[Key, str] = {}
        self._circular: set[Key] = set()
        self._combined = 0
        self._judges: dict[int, Callable[[Any], bool]] = {}

    def whole(self, *, choices: bool = True) -> Form | None:
        """The form of the whole contract, None when there is none; without ``choices``, those of the root are lost."""
        while True:
            known = len(self._impossible)
            form = self.form([self._root]) if choices else self._without_choices()
            if len(self._impossible) == known:
                self._tell_of_null()
                return form
            self.definitions, self.losses, self._finished, self._names = {}, {}, {}, {}
            self._circular.clear()
            self.optional.clear()

    def obstacle(self) -> tuple[str, str]:
        """Where and why the root has no form: the required property that is lacking, or that it is no object."""
        every = list(conjuncts([self._root]))
        name = self.lacking.get(frozenset(map(id, every)))
        if name is None:
            return "", "the root is no object with properties that an answer can have"
        refusal = name_refusal(self.provider, name)
        return declared_at(every, name), refusal or f'no answer can have the required property "{name}"'

    def form(self, nodes: Iterable[Node], made: Made = frozenset()) -> Form | None:
        """What all of ``nodes`` say together; None when no answer can be all of it."""
        every = list(conjuncts(nodes))
        key: Key = (frozenset(map(id, every)), made)
        if key in self._impossible:
            return None
        if key in self._open:
            return self._back_to(key, every[0])
        if key not in self._finished:
            self._combined += len(key[0]) > 1 or bool(made)
            if self._combined > MOST_COMBINED:
                raise TooManyFormsError
            self._open.add(key)
            form = self._new(every, made)
            self._open.discard(key)
            self._finished[key] = self._placed(key, every[0], form)
        return self._finished[key]

    def holds(self, node: Node, value: Any) -> bool:
        """True when the schema of ``node`` accepts ``value``. Raises UnrenderableError when it cannot be asked."""
        if id(node) not in self._judges:
            self._judges[id(node)] = judge(node, self.draft)
        return self._judges[id(node)](value)

    def wider(self, node: Node, keyword: str, reason: str) -> None:
        """Note that ``keyword`` of ``node`` does not bind the answers."""
        self.losses[Loss(node.sites.get(keyword, node.pointer), "wider", reason)] = None

    def narrower(self, pointer: str, reason: str) -> None:
        """Note that no answer can be a part of what the schema at ``pointer`` allows."""
        self.losses[Loss(pointer, "narrower", reason)] = None

    def _tell_of_null(self) -> None:
        """Where null stands for a property that is left out, and is a value of its own, it means the value."""
        for form, pointer in self.optional if self.provider.all_required else ():
            if nullable(form, self.definitions):
                self.narrower(pointer, "null is a value of its own here, so that no answer can leave the property out")

    def _new(self, nodes: list[Node], made: Made) -> Form | None:
        if any("never" in node.keywords for node in nodes):
            return None
        if any("enum" in node.keywords for node in nodes):
            return enum_form(self, nodes)
        for node in nodes:
            for word in _CHOICES:
                if word in node.keywords and (id(node), word) not in made:
                    return self._choice(nodes, made, node, word)
        for node in nodes:
            for word in ("not", "if", "reference"):
                if word in node.keywords:
                    self.wider(node, word, f"no form can say `{word}`")
        kinds = types_of(nodes)
        if kinds is None:
            kinds = meant_types(self, nodes)
        return joined([MAKERS[kind](self, nodes, kind) for kind in kinds])

    def _choice(self, nodes: list[Node], made: Made, node: Node, word: str) -> Form | None:
        branches: list[Node] = node.keywords[word]
        if len(nodes) == 1 and set(node.keywords) == {word}:
            forms = [self.form([branch]) for branch in branches]
        else:
            forms = [self.form([*nodes, branch], made | {(id(node), word)}) for branch in branches]
        if word == "oneOf" and not all(self._apart(*pair) for pair in combinations(forms, 2)):
            self.wider(node, word, "several alternatives may hold at once, where the contract asks for exactly one")
        return joined(forms)

    def _apart(self, one: Form | None, other: Form | None) -> bool:
        """True for objects that are told apart by a required property: by its values, or by its being there at all."""
        if one is None or other is None:
            return False
        one, other = behind(one, self.definitions), behind(other, self.definitions)
        if not one.get("type") == other.get("type") == "object":
            return False
        both = set(one["required"]) & set(other["required"])
        values = ((one["properties"][name].get("enum"), other["properties"][name].get("enum")) for name in both)
        if any(mine and theirs and not {*map(value_key, mine)} & {*map(value_key, theirs)} for mine, theirs in values):
            return True
        return bool(set(one["required"]) - set(other["properties"]) and set(other["required"]) - set(one["properties"]))

    def _without_choices(self) -> Form | None:
        nodes = list(conjuncts([self._root]))
        choices = [(node, word) for node in nodes for word in _CHOICES if word in node.keywords]
        for node, word in choices:
            self.wider(node, word, "the root of an answer is one object, so its alternatives are not told apart")
        return self.form(nodes, frozenset((id(node), word) for node, word in choices))

    # definitions

    def _back_to(self, key: Key, node: Node) -> Form | None:
        if not self.provider.recursion:
            self.narrower(node.pointer, f"it leads back to itself, which {self.provider.title} do not take")
            return None
        self._circular.add(key)
        return self._reference(key, node)

    def _placed(self, key: Key, node: Node, form: Form | None) -> Form | None:
        """The form where it is used, or a reference to it where it is large and used more than once."""
        if form is None:
            if key in self._circular:
                self._impossible.add(key)
            return None
        large = form.get("type") in ("object", "array") or "anyOf" in form
        if key not in self._circular and not (large and key[0] <= self._shared and len(key[0]) == 1 and not key[1]):
            return form
        reference = self._reference(key, node)
        self.definitions[self._names[key]] = form
        return reference

    def _reference(self, key: Key, node: Node) -> Form:
        if key not in self._names:
            last = node.pointer.rpartition("/")[2] or "root"
            plain = "".join(each if each.isascii() and (each.isalnum() or each in "-_") else "_" for each in last)
            taken = set(self._names.values())
            names = (f"{plain}{number or ''}" for number in range(len(taken) + 1))
            self._names[key] = next(name for name in names if name not in taken)
        return {"$ref": f"#/$defs/{self._names[key]}"}


def behind(form: Form, definitions: Mapping[str, Form]) -> Form:
    """The form itself, or the definition that it refers to; an empty form for one that is still being made."""
    return definitions.get(form["$ref"].rpartition("/")[2], {}) if "$ref" in form else form


def nullable(form: Form, definitions: Mapping[str, Form]) -> bool:
    """True when null is a value of its own."""
    form = behind(form, definitions)
    return "null" in kinds_of(form) or any(nullable(option, definitions) for option in form.get("anyOf", ()))


def kinds_of(form: Form) -> list[str]:
    """The types that a form names itself."""
    said = form.get("type", [])
    return said if isinstance(said, list) else [said]


def joined(forms: Iterable[Form | None]) -> Form | None:
    """The form of what is one of ``forms``; None stands for nothing at all."""
    options = list({json_text(form, sort_keys=True): form for form in _flat(forms)}.values())
    if len(options) > 1 and _NULL in options:
        others = [option for option in options if option != _NULL]
        if len(others) == 1 and not {"$ref", "anyOf"} & set(others[0]):
            return _or_null(others[0])
    if not options:
        return None
    return options[0] if len(options) == 1 else {"anyOf": options}


def _flat(forms: Iterable[Form | None]) -> Iterator[Form]:
    for form in forms:
        if form is not None:
            yield from form["anyOf"] if set(form) == {"anyOf"} else (form,)


def _or_null(form: Form) -> Form:
    kinds = kinds_of(form)
    if "null" in kinds:
        return form
    values = {"enum": [*form["enum"], None]} if "enum" in form else {}
    return {**form, "type": [*kinds, "null"], **values}


def conjuncts(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes and all that they demand at once by ``allOf``, each once."""
    seen: set[int] = set()
    pending = [*nodes][::-1]
    while pending:
        node = pending.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            pending += node.keywords.get("allOf", ())[::-1]


def _shared(root: Node) -> frozenset[int]:
    """The nodes that several places use."""
    uses = Counter(id(child) for node in reachable(root).values() for child in children(node))
    return frozenset(key for key, count in uses.items() if count > 1)
