"""What the HTTP face answers that AWS has not: the script of faults at ``/_faults``, and a greeting elsewhere."""

from __future__ import annotations

import json
from typing import Any

from schemaward.emulator.faults import parsed, shown
from schemaward.emulator.protocol import HttpAnswer
from schemaward.emulator.service import OPERATIONS, Service
from schemaward.errors import InputError

FAULTS = "/_faults"


def look(service: Service, path: str) -> HttpAnswer:
    """The answer to a GET: the script that plays and the calls since it began, or the greeting."""
    if path == FAULTS:
        return _json(service, 200, {"faults": shown(service.script), "calls": dict(service.calls)})
    return HttpAnswer(200, "text/plain", service.new_id(), b"AWS Glue Schema Registry emulator\n")


def replace_faults(service: Service, path: str, body: bytes) -> HttpAnswer:
    """The answer to a PUT of a script, as ``faults.parsed`` reads it: what a GET answers then."""
    if path != FAULTS:
        return _json(
            service, 404, {"error": f"there is nothing to put at {path[:80]}", "remedy": f"put it at {FAULTS}"}
        )
    try:
        script = parsed(body, OPERATIONS)
    except InputError as error:
        return _json(service, 400, {"error": error.fact, "remedy": error.remedy})
    service.play(*script)
    return look(service, path)


def _json(service: Service, status: int, content: Any) -> HttpAnswer:
    return HttpAnswer(status, "application/json", service.new_id(), json.dumps(content).encode())
