"""Which version in which registry a program means: what it gave for that, looked at before anything is asked."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from schemaward.errors import UsageError
from schemaward.model import Role, Target

_SHAPES = {
    "arn": (re.compile(r"arn:[^:\s]+:glue:[^:\s]+:[^:\s]*:schema/\S+"), "the ARN of a schema, as receipts have it"),
    "name": (re.compile(r"\S+"), "the name of a schema"),
    "registry": (re.compile(r"\S+"), "the name of a registry"),
    "region": (re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}"), "a Region of AWS, for example eu-west-1"),
    "endpoint": (re.compile(r"https?://[^\s/]+\S*"), "an address that begins with https:// or http://"),
    "role": (re.compile(r"arn:\S+"), "the ARN of a role"),
}


def version_wanted(
    version_id: UUID | str | None, arn: str | None, name: str | None, registry: str, version: int | None
) -> dict[str, Any]:
    """The parameters of GetSchemaVersion; raises UsageError unless they name one thing in one way."""
    if sum(each is not None for each in (version_id, arn, name)) != 1 or (
        version_id is not None and version is not None
    ):
        raise UsageError(
            "a version in a registry is named in one way",
            "give a version id, or the arn or the name of the schema with a version or without",
        )
    if version_id is not None:
        try:
            return {"SchemaVersionId": str(UUID(str(version_id)))}
        except ValueError:
            raise UsageError(f'"{version_id}" is no schema version id', "give a UUID, as receipts have it") from None
    if version is not None:
        require_positive("version", version, "a number of AWS Glue, which counts from 1")
    if arn is not None:
        schema = {"SchemaArn": _shaped("arn", arn)}
    else:
        schema = {"RegistryName": _shaped("registry", registry), "SchemaName": _shaped("name", name)}
    number: dict[str, Any] = {"LatestVersion": True} if version is None else {"VersionNumber": version}
    return {"SchemaId": schema, "SchemaVersionNumber": number}


def target_meant(
    arn: str | None, registry: str, region: str | None, endpoint: str | None, role: str | None, client: Any
) -> Target:
    """Where to ask: the ARN of a schema tells the registry and the Region, and a client its Region. Raises UsageError."""
    for name, given in (("region", region), ("endpoint", endpoint), ("role", role)):
        if given is not None:
            _shaped(name, given)
    if client is not None and not callable(getattr(client, "get_schema_version", None)):
        raise UsageError(f"client is {client!r}, which is none of AWS Glue", 'give boto3.client("glue")')
    region = region or getattr(getattr(client, "meta", None), "region_name", None)
    parts = (arn or "").split(":")
    inside = parts[-1].split("/")
    if len(parts) == 6 and len(inside) == 3:
        registry, region = inside[1], region or parts[3]
    return Target("", registry, region or "", endpoint=endpoint, roles=((Role.PLAN, role),) if role else ())


def require_positive(name: str, given: int, what: str) -> None:
    """Raises UsageError for anything but a whole number from 1 on."""
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise UsageError(f"{name} is {given!r}", f"give {what}")


def _shaped(name: str, given: str | None) -> str:
    shape, what = _SHAPES[name]
    if not isinstance(given, str) or not shape.fullmatch(given):
        raise UsageError(f"{name} is {given!r}", f"give {what}")
    return given
