"""The rules on contracts that AI workloads use: what data mean beside their type, and what a model can be held to."""

from __future__ import annotations

from schemaward.rules.rule import Rule
from schemaward.verdict import Severity

_REGULATION = "Regulation (EU) 2016/679 (GDPR)"

AI_RULES: tuple[Rule, ...] = (
    Rule(
        "annotation-invalid",
        "`x-embedding`, `x-personal-data` or `x-unit` has a value that is not allowed, or contradicts the schema.",
        "Whoever reads the annotation acts on it: builds an index, hides a value, converts a number. A misspelt one is as good as none.",
        "Write `x-embedding` with `model`, `dimension`, `metric` and `normalized`; `x-personal-data` as none, pseudonymous, personal or special; `x-unit` as a code of UCUM, or of ISO 4217 for money.",
    ),
    Rule(
        "embedding-changed",
        "The model, the dimension, the metric or the normalization of an embedding changed, is no longer said, or another embedding is an alternative now.",
        "Vectors of two models are not comparable, even where they have the same length: a search over both answers nonsense without any error.",
        "Keep the embedding, and put the new one into a new property or a new contract; readers then choose.",
        adjustable=True,
    ),
    Rule(
        "personal-data-weakened",
        "A property is said to be less personal than before, no longer said to be personal, or no longer declared although it may still be there.",
        "What hides, deletes or keeps personal data out of a training set goes by this class; below it, the data flow on.",
        "Restore the class. Where it was wrong, set `severity: {personal-data-weakened: warning}` with the reason beside it.",
        source=_REGULATION,
        adjustable=True,
    ),
    Rule(
        "personal-data-raised",
        "A property is said to be more personal than before.",
        "Consumers that may read the data of the earlier class may have no right to read these.",
        "Ask the consumers that the manifest names before the merge.",
        Severity.WARNING,
        source=_REGULATION,
        adjustable=True,
    ),
    Rule(
        "unit-changed",
        "The unit of a property changed, is no longer said, or another unit is an alternative now.",
        "The type stays a number, so nothing fails: readers take seconds for milliseconds, and every figure made of them is wrong.",
        "Keep the unit, and put the other one into a property of another name.",
        source="The Unified Code for Units of Measure (UCUM); ISO 4217 for money",
        adjustable=True,
    ),
    Rule(
        "structured-output-underivable",
        "A contract that is marked for structured output has no strict form that the provider takes.",
        "The request with the schema would be refused, at run time and for every call.",
        "Change what the reason names, or take the provider out of `ai.structured-output`; `schemaward export llm` shows the rest.",
        Severity.WARNING,
        adjustable=True,
    ),
)
