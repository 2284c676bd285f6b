"""The strict form of a contract for a provider of language models, with all that was lost, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.structured.deriving import Derived, proof, real_losses, worded
from schemaward.formats.jsonschema.structured.forms import Loss
from schemaward.syntax.numbers import json_text
from schemaward.verdict import Compatible, Incompatible, Undecided, Verdict

_SETS = {
    "wider": "The contract may refuse an answer, since these are not enforced:",
    "narrower": "No answer can be what the contract allows here:",
}


class Report:
    """A derivation told: ``derived`` from ``contract``, which is called ``name``."""

    def __init__(self, name: str, contract: Schema, derived: Derived) -> None:
        self.name = name
        self.derived = derived
        self.verdict: Verdict | None = proof(contract, derived) if derived.schema else None
        """Whether the contract accepts every answer; None when there is no form."""
        self.losses: tuple[Loss, ...] = real_losses(derived, self.verdict) if self.verdict else derived.losses

    @property
    def exact(self) -> bool:
        """True when the contract accepts every answer, by proof."""
        return isinstance(self.verdict, Compatible)

    def schema(self) -> str:
        """The schema that the provider is sent."""
        return json_text(self.derived.schema, ensure_ascii=False, indent=2)

    def text(self) -> str:
        """What was lost and what was proven, for people."""
        return "\n".join(self._lines())

    def document(self) -> str:
        """Everything, for programs."""
        provider = self.derived.provider
        told: dict[str, Any] = {
            "contract": self.name,
            "provider": provider.name,
            "rules": {"source": provider.source, "as_of": provider.as_of},
            "schema": self.derived.schema or None,
            "null_means_absent": provider.all_required,
            "obstacles": [{"pointer": pointer, "reason": reason} for pointer, reason in self.derived.obstacles],
            "losses": [{"effect": each.effect, "pointer": each.pointer, "reason": each.reason} for each in self.losses],
            "every_answer_fits": self._proven(),
        }
        return json_text(told, ensure_ascii=False, indent=2)

    def _proven(self) -> dict[str, Any]:
        match self.verdict:
            case Incompatible(witness):
                return {"verdict": "no", "refused_answer": worded(witness, self.derived)}
            case Undecided(reason):
                return {"verdict": "undecided", "reason": reason}
            case None:
                return {"verdict": "no form"}
            case _:
                return {"verdict": "yes"}

    def _lines(self) -> Iterator[str]:
        provider = self.derived.provider
        yield f"{self.name} for {provider.title} (rules of {provider.as_of}, {provider.source})"
        for pointer, reason in self.derived.obstacles:
            yield f'no strict form, at "{pointer or "/"}": {reason}'
        for effect, title in _SETS.items():
            found = [loss for loss in self.losses if loss.effect == effect]
            if found:
                yield title
                yield from (f"  {loss.pointer or '/'}: {loss.reason}" for loss in found)
        match self.verdict:
            case Compatible():
                yield "Proven: the contract accepts every answer in this form."
            case Incompatible(witness):
                answer = json_text(worded(witness, self.derived), ensure_ascii=False)
                yield f"An answer in this form that the contract refuses: {answer}"
                yield "  fix: validate each answer against the contract."
            case Undecided(reason):
                yield f"Whether the contract accepts every answer was neither proven nor refuted: {reason}"
        if provider.all_required and self.derived.schema != self.derived.answers:
            yield "Null stands for a property that is left out: drop it where the contract does not name null."
