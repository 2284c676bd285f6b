"""The strict schema that a provider is sent, derived from a contract that is open and can evolve.

Under strict rules a schema cannot evolve: every new property is required of old answers and refused by old readers. So
the contract stays as it is, and the strict form is made from it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.dialects import Draft
from schemaward.formats.jsonschema.diffing.canonical import canonical
from schemaward.formats.jsonschema.diffing.rendering import UnrenderableError
from schemaward.formats.jsonschema.engine.stacks import with_deep_stack
from schemaward.formats.jsonschema.structured.forms import (
    MOST_COMBINED,
    Form,
    Forms,
    Loss,
    TooManyFormsError,
    behind,
    joined,
    kinds_of,
    nullable,
)
from schemaward.formats.jsonschema.structured.limits import exceeded
from schemaward.formats.jsonschema.structured.providers import Provider
from schemaward.verdict import Compatible, Verdict

_NULL: Form = {"type": "null"}


@dataclass(frozen=True, slots=True)
class Derived:
    """The outcome of a derivation.

    ``schema`` is what the provider is sent. ``answers`` accepts what an answer says, once null is taken back where it
    stands for a property that is left out (see ``restore``). Both are empty when there are ``obstacles``: reasons, each
    with a pointer into the contract's schema, why the provider would refuse any form.
    """

    provider: Provider
    schema: Form
    answers: Form
    losses: tuple[Loss, ...] = ()
    obstacles: tuple[tuple[str, str], ...] = ()


def derive(contract: Schema, provider: Provider) -> Derived:
    """The strict form of ``contract`` for ``provider``, what was lost, and what stands in the way."""
    try:
        return with_deep_stack(lambda: _derived(contract, provider))
    except TooManyFormsError:
        reason = f"its alternatives multiply to more than {MOST_COMBINED:,} forms"
    except RecursionError:
        reason = "it is nested too deeply"
    except UnrenderableError:
        reason = "its values cannot be validated one by one: it is too large, or a pattern cannot be used"
    return Derived(provider, {}, {}, obstacles=(("", reason),))


def proof(contract: Schema, derived: Derived) -> Verdict:
    """Whether the contract accepts every answer in the derived form, as ``can_read`` decides it."""
    from schemaward.formats.jsonschema import can_read
    from schemaward.formats.jsonschema.loading import trusted
    from schemaward.model import Policy

    if contract.parsed.draft is Draft.DRAFT4:  # to which 1.0 is no integer
        answers = {"$schema": Draft.DRAFT4.uri, **_with_flags(derived.answers)}
    else:
        answers = {"$schema": Draft.DRAFT2020.uri, **derived.answers}
    return can_read(contract, trusted(answers), Policy.STRICT, True)


def _with_flags(form: Any) -> Any:
    """The form with exclusive bounds as Draft-04 has them: as flags of the inclusive ones."""
    if isinstance(form, list):
        return [_with_flags(part) for part in form]
    if not isinstance(form, dict):
        return form
    flagged = {name: _with_flags(part) for name, part in form.items()}
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(flagged.get(exclusive), (int, float)):
            flagged |= {inclusive: flagged[exclusive], exclusive: True}
    return flagged


def real_losses(derived: Derived, verdict: Verdict) -> tuple[Loss, ...]:
    """The losses, without those that were proven to make no difference."""
    proven = isinstance(verdict, Compatible)
    return tuple(loss for loss in derived.losses if not (proven and loss.effect == "wider"))


def _derived(contract: Schema, provider: Provider) -> Derived:
    graph = canonical(contract.parsed.value)
    forms = Forms(provider, graph)
    root = _one_object(forms, forms.whole())
    if root is None:
        forms = Forms(provider, graph)
        root = _one_object(forms, forms.whole(choices=False))
    losses = tuple(sorted(forms.losses))
    if root is None or not root["properties"]:
        return Derived(provider, {}, {}, losses, (forms.obstacle(),))
    answers = _with_definitions(root, forms.definitions)
    schema = _sent(answers) if provider.all_required else answers
    if obstacles := tuple(("", reason) for reason in exceeded(schema, provider)):
        return Derived(provider, {}, {}, losses, obstacles)
    return Derived(provider, schema, answers, losses)


def _one_object(forms: Forms, form: Form | None) -> Form | None:
    """The one object that a root may be; None when there are several, or none."""
    options = [] if form is None else form.get("anyOf", [form])
    every = [behind(option, forms.definitions) for option in options]
    objects = [option for option in every if "object" in kinds_of(option)]
    if len(objects) != 1:
        return None
    if len(options) > 1 or objects[0]["type"] != "object":
        forms.narrower("", "only the object among the alternatives of the root can be an answer")
    return {**objects[0], "type": "object"}


def _with_definitions(root: Form, definitions: dict[str, Form]) -> Form:
    """The root with the definitions that it leads to, in the order of their first use."""
    used: dict[str, Form] = {}
    pending = [*_references(root)]
    while pending:
        name = pending.pop(0)
        if name not in used:
            used[name] = definitions[name]
            pending += _references(definitions[name])
    return {**root, "$defs": used} if used else root


def _references(form: Form) -> Iterator[str]:
    if "$ref" in form:
        yield form["$ref"].rpartition("/")[2]
    for part in _inner(form):
        yield from _references(part)


def _inner(form: Form) -> Iterator[Form]:
    yield from form.get("properties", {}).values()
    yield from form.get("anyOf", ())
    if "items" in form:
        yield form["items"]


def _sent(form: Form) -> Form:
    """The form with every property required, where null stands for one that is left out."""
    sent = dict(form)
    if "properties" in form:
        required = set(form["required"])
        sent["properties"] = {
            name: _sent(part) if name in required else _or_null(_sent(part))
            for name, part in form["properties"].items()
        }
        sent["required"] = [*form["properties"]]
    if "anyOf" in form:
        sent["anyOf"] = [_sent(option) for option in form["anyOf"]]
    if "items" in form:
        sent["items"] = _sent(form["items"])
    if "$defs" in form:
        sent["$defs"] = {name: _sent(part) for name, part in form["$defs"].items()}
    return sent


def _or_null(form: Form) -> Form:
    return joined([form, _NULL]) or form


# -- between answers and documents of the contract


def restore(answer: Any, derived: Derived) -> Any:
    """The document that an ``answer`` of the provider means: without the properties for which it says null.

    Null stays where the contract asks for the property, or names null among what it may be. An answer that is not in the form of
    ``derived`` comes back as far as it is.
    """
    if not derived.provider.all_required:
        return answer
    definitions = derived.answers.get("$defs", {})
    return with_deep_stack(lambda: _Translator(definitions).document(answer, derived.answers))


def worded(document: Any, derived: Derived) -> Any:
    """The answer that means ``document``, which ``derived.answers`` accepts: ``restore`` gives it back."""
    if not derived.provider.all_required:
        return document
    definitions = derived.answers.get("$defs", {})
    return with_deep_stack(lambda: _Translator(definitions).answer(document, derived.answers))


class _Translator:
    def __init__(self, definitions: dict[str, Form]) -> None:
        self._definitions = definitions
        self._sent = {name: _sent(form) for name, form in definitions.items()}

    def document(self, answer: Any, form: Form) -> Any:
        form = behind(form, self._definitions)
        if "anyOf" in form:
            meant = next((option for option in form["anyOf"] if _accepts(_sent(option), self._sent, answer)), None)
            return answer if meant is None else self.document(answer, meant)
        if isinstance(answer, list) and "items" in form:
            return [self.document(item, form["items"]) for item in answer]
        if isinstance(answer, dict) and "properties" in form:
            parts = form["properties"]
            return {
                name: self.document(value, parts[name]) if name in parts else value
                for name, value in answer.items()
                if value is not None or not self.may_be_left_out(name, form)
            }
        return answer

    def may_be_left_out(self, name: str, form: Form) -> bool:
        """True for a property that null stands for when it is left out."""
        part = form["properties"].get(name)
        return part is not None and name not in form["required"] and not nullable(part, self._definitions)

    def answer(self, document: Any, form: Form) -> Any:
        form = behind(form, self._definitions)
        if "anyOf" in form:
            meant = next((option for option in form["anyOf"] if _accepts(option, self._definitions, document)), None)
            return document if meant is None else self.answer(document, meant)
        if isinstance(document, list) and "items" in form:
            return [self.answer(item, form["items"]) for item in document]
        if isinstance(document, dict) and "properties" in form:
            parts = form["properties"]
            return {
                name: self.answer(document[name], part) if name in document else None for name, part in parts.items()
            }
        return document


def _accepts(form: Form, definitions: dict[str, Form], value: Any) -> bool:
    import jsonschema_rs

    schema = {**form, "$defs": definitions}
    return bool(jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value))
