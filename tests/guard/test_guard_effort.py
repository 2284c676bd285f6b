"""Schemas whose references lead around in a circle: judged at once where that is safe, counted first where it is not."""

from __future__ import annotations

from typing import Any

import pytest

from schemaward.formats import format_module
from schemaward.formats.jsonschema.effort import never_too_much
from schemaward.model import DataFormat

BY_LEVELS = {f"d{number}": {"allOf": [{"$ref": f"#/definitions/d{number + 1}"}] * 9} for number in range(15)}


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


AROUND = {"$ref": "#"}


def circles(count: int) -> Any:
    """Definitions that each lead around to themselves, and on every level to the next one."""
    names = [f"c{number}" for number in range(count)]
    links = [f"#/definitions/{name}" for name in names]
    around = {
        name: {"properties": {"a": {"$ref": link}}, "allOf": [{"$ref": after}]}
        for name, link, after in zip(names, links, [*links[1:], "#/definitions/end"], strict=True)
    }
    return {"$ref": links[0], "definitions": {**around, "end": {"type": "object"}}}


NODE = {"$ref": "#/definitions/node"}


@pytest.mark.parametrize(
    ("schema", "safe"),
    [
        (obj(a=AROUND), True),
        (obj(left=AROUND, right=AROUND), True),
        ({**obj(a=AROUND), "additionalProperties": AROUND}, True),
        ({**NODE, "definitions": {"node": obj(kids={"type": "array", "items": NODE})}}, True),
        (obj(a={"anyOf": [{"type": "null"}, AROUND]}), True),
        ({"definitions": {"id": {"type": "string"}}, **obj(a={"$ref": "#/definitions/id"})}, True),
        (obj(a={"anyOf": [AROUND, AROUND]}), False),
        (obj(a={"allOf": [AROUND] * 9}), False),
        ({**obj(a=AROUND), "patternProperties": {"a": AROUND}}, False),
        ({"items": AROUND, "contains": AROUND}, False),
        ({**obj(a=AROUND), "allOf": [obj(a=AROUND)]}, False),
        (circles(1), True),
        (circles(2), True),
        (circles(3), False),
        ({"$ref": "#/definitions/d0", "definitions": {**BY_LEVELS, "d15": {}}}, False),
    ],
)
def test_what_cannot_multiply_is_known_beforehand(schema: Any, safe: bool) -> None:
    parsed = format_module(DataFormat.JSON).load_value(schema, "schema").parsed
    assert never_too_much(parsed.sources, parsed.root) is safe


def test_what_multiplies_is_refused_and_not_begun() -> None:
    module = format_module(DataFormat.JSON)
    records = module.records(module.load_value(obj(a={"allOf": [AROUND] * 9}), "schema"))
    deep: Any = {}
    for _ in range(12):
        deep = {"a": deep}
    assert records.accepts({"a": {"a": {}}})
    assert not records.accepts(deep)
    assert "references multiply" in records.refusals(deep)[0].message
    assert records.doubtful([{}, deep]) == [1]
