"""Are the changes that a finding names the ones that matter? They are taken back, and the verdict must turn.

    python benchmarks/findings.py PATH...

A PATH is a file of pairs, or a folder of them, in the form that ``score_pairs.py`` describes. Of each incompatible direction the changes
that narrow (backward) or widen (forward) are undone in the new schema, and the question is asked again; and the smallest edit is searched.
Printed are, for each file, the incompatible directions, those in which what was found can be undone member by member (not where a
schema became ``true``), those that turn then, those for which an edit was found, and the operations of the edits; and every
direction that does not turn, with its changes.
"""

from __future__ import annotations

import argparse
import collections
from collections.abc import Iterator
from pathlib import Path

from score_pairs import files, read_pairs, with_draft

from schemaward.errors import SchemawardError
from schemaward.formats import jsonschema
from schemaward.formats.base import Question, Schema
from schemaward.formats.jsonschema.mending.candidates import from_changes
from schemaward.formats.jsonschema.mending.patches import ordered
from schemaward.model import Policy
from schemaward.modes import Direction
from schemaward.syntax.patches import PatchError, applied
from schemaward.verdict import Change, Effect

HARMFUL = {"backward": Effect.NARROWS, "forward": Effect.WIDENS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    for path in files(parser.parse_args().paths):
        counted: collections.Counter[str] = collections.Counter()
        for name, old, new, direction in questions(path):
            changes = harmful(old, new, direction)
            mending = jsonschema.mend(new, [Question(old, direction)])
            turned = turns(old, new, direction, changes)
            counted.update(incompatible=1, undone=turned is not None, turn=bool(turned), mended=mending is not None)
            counted["operations"] += len(mending.edits) if mending else 0
            if turned is False:
                print(
                    f"  {name} {direction}: {', '.join(f'{each.kind} {each.pointer}' for each in changes) or 'nothing'}"
                )
        print(
            f"{path.name}: {counted['incompatible']} incompatible, {counted['undone']} can be undone, {counted['turn']} turn then, "
            f"{counted['mended']} have an edit, of {counted['operations']} operations in all"
        )


def questions(path: Path) -> Iterator[tuple[str, Schema, Schema, Direction]]:
    """Every incompatible direction of a file of pairs."""
    for pair in read_pairs(path):
        try:
            old = jsonschema.load_value(with_draft(pair["old"], pair.get("draft_old", pair["draft"])), "old")
            new = jsonschema.load_value(with_draft(pair["new"], pair["draft"]), "new")
        except SchemawardError:
            continue
        if not compatible(new, old):
            yield pair["id"], old, new, "backward"
        if not compatible(old, new):
            yield pair["id"], old, new, "forward"


def compatible(reader: Schema, writer: Schema) -> bool:
    """True unless a document was found between the two."""
    return jsonschema.can_read(reader, writer, Policy.STRICT, True).kind != "incompatible"


def harmful(old: Schema, new: Schema, direction: Direction) -> list[Change]:
    """The changes that a finding of that direction names."""
    effects = (HARMFUL[direction], Effect.BOTH, Effect.UNKNOWN)
    return [change for change in jsonschema.diff(old, new) if change.effect in effects]


def turns(old: Schema, new: Schema, direction: Direction, changes: list[Change]) -> bool | None:
    """True when the new schema without ``changes`` is compatible; None when they cannot be taken out of it."""
    value = new.parsed.value
    edits = [each.undo for each in from_changes(changes, value)]
    if len({edit.pointer for edit in edits}) < len({change.pointer for change in changes}):
        return None
    try:
        undone = jsonschema.load_value(applied(ordered(edits, value), value), "undone")
    except (PatchError, SchemawardError):
        return None
    return compatible(undone, old) if direction == "backward" else compatible(old, undone)


if __name__ == "__main__":
    main()
