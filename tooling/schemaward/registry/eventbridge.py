"""The EventBridge Schema Registry in the words of the Glue Schema Registry, so that plan, sync, drift, import and
receipts work on both without knowing.

What EventBridge does not have is answered as Glue would answer if it were never used: no compatibility modes (NONE),
no statuses (AVAILABLE), a checkpoint that stays at 1, no metadata of versions but the repository, which a tag of the
schema names for all of them. A version has no id of its own there, so ``<schema>@<number>`` stands for it.
"""

from __future__ import annotations

import json
import uuid
from typing import Any, TypeAlias

from schemaward.model import DataFormat, Mode, Target

Answer: TypeAlias = dict[str, Any]

REPOSITORY = "schemaward-repository"
"""The tag that names the repository of a schema, since versions have no metadata to name it."""
TYPE = "JSONSchemaDraft4"
MOST_CHARACTERS = 100_000
"""Of a schema (EventBridge Schemas API, ``Content``)."""
MOST_DESCRIPTION = 256
"""Characters (EventBridge Schemas API, ``Description``)."""

_CODES = {
    "NotFoundException": "EntityNotFoundException",
    "ConflictException": "AlreadyExistsException",
    "ForbiddenException": "AccessDeniedException",
    "InternalServerErrorException": "InternalServiceException",
    "ServiceUnavailableException": "InternalServiceException",
}
_NAMESPACE = uuid.UUID("6f1d1a5e-9c1e-4b0e-8a55-0d7c9a3e8a10")


class GlueFace:
    """Answers the calls of a boto3 Glue client with a boto3 ``schemas`` client. Raises botocore's ClientError."""

    def __init__(self, schemas: Any, target: Target) -> None:
        self._schemas = schemas
        self._registry = target.registry
        self._makers: dict[str, str | None] = {}
        self.meta = schemas.meta

    def get_registry(self, **_: Any) -> Answer:
        """DescribeRegistry."""
        return {**self._ask("describe_registry"), "Status": "AVAILABLE"}

    def create_registry(self, **asked: Any) -> Answer:
        """CreateRegistry."""
        return self._ask("create_registry", Description=asked["Description"], Tags=asked["Tags"])

    def update_registry(self, **asked: Any) -> Answer:
        """UpdateRegistry."""
        return self._ask("update_registry", Description=asked["Description"])

    def get_tags(self, **asked: Any) -> Answer:
        """ListTagsForResource."""
        return self._call("list_tags_for_resource", ResourceArn=asked["ResourceArn"])

    def tag_resource(self, **asked: Any) -> Answer:
        """TagResource."""
        return self._call("tag_resource", ResourceArn=asked["ResourceArn"], Tags=asked["TagsToAdd"])

    def list_schemas(self, **asked: Any) -> Answer:
        """ListSchemas, a page."""
        return self._ask("list_schemas", **_page(asked))

    def list_schema_versions(self, **asked: Any) -> Answer:
        """ListSchemaVersions, a page."""
        name = asked["SchemaId"]["SchemaName"]
        answer = self._ask("list_schema_versions", SchemaName=name, **_page(asked))
        versions = [_version(name, item["SchemaVersion"]) for item in answer.get("SchemaVersions", ())]
        return {"Schemas": versions, "NextToken": answer.get("NextToken")}

    def get_schema(self, **asked: Any) -> Answer:
        """DescribeSchema of the latest version."""
        answer = self._ask("describe_schema", SchemaName=asked["SchemaId"]["SchemaName"])
        unused = {"Compatibility": Mode.NONE.value, "SchemaStatus": "AVAILABLE", "SchemaCheckpoint": 1}
        return {**answer, **unused, "DataFormat": _data_format(answer)}

    def get_schema_version(self, **asked: Any) -> Answer:
        """DescribeSchema of one version."""
        name, _, number = asked["SchemaVersionId"].rpartition("@")
        answer = self._ask("describe_schema", SchemaName=name, SchemaVersion=number)
        self._makers[name] = (answer.get("Tags") or {}).get(REPOSITORY)
        kind = _data_format(answer)
        definition = _with_draft(answer["Content"]) if kind == DataFormat.JSON else answer["Content"]
        return {**_version(name, answer["SchemaVersion"]), "SchemaDefinition": definition, "DataFormat": kind}

    def query_schema_version_metadata(self, **asked: Any) -> Answer:
        """The repository alone, as the schema was tagged when a version of it was read last."""
        maker = self._makers.get(asked["SchemaVersionId"].rpartition("@")[0])
        return {"MetadataInfoMap": {"repository": {"MetadataValue": maker}}} if maker else {}

    def put_schema_version_metadata(self, **_: Any) -> Answer:
        """There is no place for it."""
        return {}

    def create_schema(self, **asked: Any) -> Answer:
        """CreateSchema."""
        name, content = asked["SchemaName"], asked["SchemaDefinition"]
        kept = {key: asked[key] for key in ("Description", "Tags")}
        answer = self._ask("create_schema", SchemaName=name, Content=content, Type=TYPE, **kept)
        return _version(name, answer["SchemaVersion"])

    def register_schema_version(self, **asked: Any) -> Answer:
        """UpdateSchema with content, unless the latest version has it: then an earlier try went well."""
        name, content = asked["SchemaId"]["SchemaName"], asked["SchemaDefinition"]
        latest = self._ask("describe_schema", SchemaName=name)
        if latest["Content"] == content:
            return _version(name, latest["SchemaVersion"])
        # The token makes a repeated request the same request; the same content may come again later.
        token = str(uuid.uuid5(_NAMESPACE, f"{self._registry}/{name}/{latest['SchemaVersion']}/{content}"))
        answer = self._ask("update_schema", SchemaName=name, Content=content, Type=TYPE, ClientTokenId=token)
        return _version(name, answer["SchemaVersion"])

    def update_schema(self, **asked: Any) -> Answer:
        """UpdateSchema of the description alone, which makes no new version."""
        return self._ask("update_schema", SchemaName=asked["SchemaId"]["SchemaName"], Description=asked["Description"])

    def delete_schema(self, **asked: Any) -> Answer:
        """DeleteSchema."""
        return self._ask("delete_schema", SchemaName=asked["SchemaId"]["SchemaName"])

    def _ask(self, operation: str, **parameters: Any) -> Answer:
        return self._call(operation, RegistryName=self._registry, **parameters)

    def _call(self, operation: str, **parameters: Any) -> Answer:
        from botocore.exceptions import ClientError

        try:
            answer: Answer = getattr(self._schemas, operation)(**parameters)
        except ClientError as error:
            detail = error.response["Error"]
            detail["Code"] = _CODES.get(detail.get("Code", ""), detail.get("Code", ""))
            raise
        return answer


def _page(asked: Answer) -> Answer:
    names = {"MaxResults": "Limit", "NextToken": "NextToken"}
    return {names[key]: value for key, value in asked.items() if key in names}


def _with_draft(content: str) -> str:
    """The content naming its draft: where it does not, the type of the schema says it."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return content
    if not isinstance(value, dict) or "$schema" in value:
        return content
    rest = content.lstrip()[1:]
    return '{"$schema": "http://json-schema.org/draft-04/schema#"' + (", " if value else "") + rest.lstrip()


def _version(schema: str, number: str) -> Answer:
    return {"SchemaVersionId": f"{schema}@{number}", "VersionNumber": int(number), "Status": "AVAILABLE"}


def _data_format(answer: Answer) -> str:
    return DataFormat.JSON.value if answer.get("Type") == TYPE else str(answer.get("Type"))
