"""Why Glue refuses a version, or would: it gives no reason, so our own engine is asked the same questions. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from schemaward.errors import InputError
from schemaward.formats import format_module
from schemaward.formats.base import FormatModule, Schema
from schemaward.model import Mode, Policy
from schemaward.modes import TRANSITIVE, Pair, pairs
from schemaward.registry.desired import DesiredSchema, DesiredVersion
from schemaward.registry.state import RemoteSchema, RemoteVersion, VersionStatus
from schemaward.registry.steps import Blocked
from schemaward.verdict import Compatible, Incompatible

_MOST_CHANGES = 5
_LONGEST_WITNESS = 400


def explain_refusal(schema: DesiredSchema, version: DesiredVersion, mode: Mode) -> tuple[str, ...]:
    """Sentences on why ``version`` was refused under ``mode``, most telling first. Never empty.

    The questions are asked under the strict policy, which is the one that AWS documents for Glue.
    """
    module = format_module(schema.data_format)
    loaded = {
        entry.number: module.load_value(entry.definition, f"v{entry.number}")
        for entry in schema.versions
        if entry.number <= version.number
    }
    questions = pairs(mode, sorted(loaded)[:-1], version.number)
    broken = [line for pair in questions for line in _breaks(module, loaded, pair)]
    if broken:
        return tuple(broken)
    return tuple(_doubts(module, loaded, questions)) or (
        f"no other version is compared with it under {mode}, so Glue refuses the definition itself: "
        "it may break a rule of Glue's own parser, which is stricter than the specification",
    )


def strangers(schema: DesiredSchema, actual: RemoteSchema) -> tuple[str, ...]:
    """Sentences on the versions that Glue may have compared with and that Git does not hold."""
    return tuple(
        f"number {version.number} (id {version.id}) is in the registry and not in Git, and Glue compares with it too"
        for version in _foreign(schema, actual)
    )


def refused_beside(
    schema: DesiredSchema, actual: RemoteSchema, missing: Sequence[DesiredVersion], mode: Mode
) -> Blocked | None:
    """What of the ``missing`` versions Glue would refuse under ``mode``, because of versions that Git does not hold.

    It is not tried: a refused version leaves a FAILURE behind, with which Glue answers for ever.
    """
    for version, other in _compared(schema, actual, missing, mode):
        reason = _clash(schema, version, other, mode)
        if reason:
            fact = f"v{version.number} would be refused: {mode} compares it with number {other.number} (id {other.id}), which is not in Git, and {reason}"
            remedy = (
                "write `registry: {mode: NONE}` into the manifest and sync; then restore the manifest and sync again"
            )
            if other.number not in (1, actual.checkpoint):
                remedy = f"if nobody needs number {other.number}, delete it by hand; to have both: {remedy}"
            return Blocked(schema.contract, "foreign-break", fact, remedy)
    return None


def _foreign(schema: DesiredSchema, actual: RemoteSchema) -> list[RemoteVersion]:
    ours = {version.sha256 for version in schema.versions}
    return [each for each in actual.versions if each.status is VersionStatus.AVAILABLE and each.sha256 not in ours]


def _compared(
    schema: DesiredSchema, actual: RemoteSchema, missing: Sequence[DesiredVersion], mode: Mode
) -> Iterator[tuple[DesiredVersion, RemoteVersion]]:
    """The questions about others: AWS documents the checkpoint, users observe the latest version; either may be asked.

    In an ``_ALL`` mode it is every version from the checkpoint on.
    """
    available = [version.number for version in actual.versions if version.status is VersionStatus.AVAILABLE]
    for version in missing:
        for other in _foreign(schema, actual):
            latest = version is missing[0] and other.number == available[-1]
            later = mode in TRANSITIVE and other.number > actual.checkpoint
            if latest or later or other.number == actual.checkpoint:
                yield version, other


def _clash(schema: DesiredSchema, version: DesiredVersion, other: RemoteVersion, mode: Mode) -> str:
    """Why Glue is expected to refuse ``version`` beside ``other``, "" when it is not."""
    module = format_module(schema.data_format)
    names = (f"number {other.number}", f"v{version.number}")
    texts = (other.definition, version.definition)
    try:
        loaded = [module.load_value(text, name) for text, name in zip(texts, names, strict=True)]
    except (InputError, ValueError):
        return ""
    for pair in pairs(mode, [0], 1):
        verdict = module.can_read(loaded[pair.reader], loaded[pair.writer], Policy.STRICT, True)
        expected = module.expectation(loaded[pair.reader], loaded[pair.writer], verdict)
        if expected.answer == "refuses" and isinstance(verdict, Incompatible):
            return f"{names[pair.reader]} cannot read what {names[pair.writer]} allows, for example {_witness(verdict)}"
    return ""


def _breaks(module: FormatModule, loaded: dict[int, Schema], pair: Pair) -> list[str]:
    verdict = module.can_read(loaded[pair.reader], loaded[pair.writer], Policy.STRICT, True)
    if not isinstance(verdict, Incompatible):
        return []
    old, new = sorted((pair.reader, pair.writer))
    changes = module.diff(loaded[old], loaded[new])
    shown = ", ".join(f"{change.kind} {change.pointer or '/'}" for change in changes[:_MOST_CHANGES])
    more = f", and {len(changes) - _MOST_CHANGES} more" if len(changes) > _MOST_CHANGES else ""
    return [
        f"{pair.direction}: v{pair.reader} cannot read what v{pair.writer} allows, for example {_witness(verdict)}",
        *([f"changes from v{old} to v{new}: {shown}{more}"] if shown else []),
    ]


def _doubts(module: FormatModule, loaded: dict[int, Schema], questions: tuple[Pair, ...]) -> list[str]:
    lines = []
    for pair in questions:
        reader, writer = loaded[pair.reader], loaded[pair.writer]
        verdict = module.can_read(reader, writer, Policy.STRICT, True)
        ours = "can read" if isinstance(verdict, Compatible) else "may or may not be able to read"
        expectation = module.expectation(reader, writer, verdict)
        lines.append(
            f"{pair.direction}: by our own engine v{pair.reader} {ours} everything that v{pair.writer} allows; "
            f"on Glue's side: {expectation.reason}"
        )
    return lines


def _witness(verdict: Incompatible) -> str:
    line = json.dumps(verdict.witness, ensure_ascii=False)
    return line if len(line) <= _LONGEST_WITNESS else line[: _LONGEST_WITNESS - 3] + "..."
