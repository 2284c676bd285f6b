"""The input shapes of the calls, with their limits and patterns.

Source: the API model of AWS Glue, 2017-03-31; a test compares every limit with the copy in botocore.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from schemaward.model import DataFormat, Mode


@dataclass(frozen=True, slots=True)
class Pattern:
    """``shown`` is the model's text, ``rule`` the same for Python; a whole value must match it."""

    shown: str
    rule: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Text:
    """A string: length in characters, pattern, or a closed choice of words."""

    least: int = 0
    most: int | None = None
    pattern: Pattern | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer within bounds."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    item: Shape
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A map from text to text."""

    key: Text
    value: Text
    most: int


@dataclass(frozen=True, slots=True)
class Structure:
    """Named members; unknown ones are ignored, as AWS does."""

    members: Mapping[str, Shape]
    required: tuple[str, ...] = ()


Shape: TypeAlias = Text | Whole | Flag | Items | Table | Structure


def _pattern(shown: str, rule: str | None = None) -> Pattern:
    return Pattern(shown, re.compile(rule or shown, re.DOTALL))


NAME = Text(1, 255, _pattern("[a-zA-Z0-9-_$#.]+"))
ARN = Text(1, 10240, _pattern("arn:aws(-(cn|us-gov|iso(-[bef])?))?:glue:.*"))
DESCRIPTION = Text(
    0,
    2048,
    _pattern(
        r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*",
        # The model writes the characters beyond the basic plane as a range of surrogate pairs.
        r"[\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF\r\n\t]*",
    ),
)
# The plain form: the model's ``.*\S.*`` would be tried anew at every position of a long blank text.
DEFINITION = Text(1, 170000, _pattern(r".*\S.*", r"\s*\S.*"))
VERSION_ID = Text(36, 36, _pattern("[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"))
# As in the model, where ``+-=`` is a range: it also admits , - . / : ; and <
METADATA = "[a-zA-Z0-9+-=._./@]+"
METADATA_PAIR = Structure(
    {"MetadataKey": Text(1, 128, _pattern(METADATA)), "MetadataValue": Text(1, 256, _pattern(METADATA))}
)
TAG_KEY = Text(1, 128)
TAGS = Table(TAG_KEY, Text(0, 256), 50)
DATA_FORMAT = Text(choices=tuple(sorted(DataFormat)))
MODE = Text(choices=tuple(Mode))
REGISTRY_ID = Structure({"RegistryName": NAME, "RegistryArn": ARN})
SCHEMA_ID = Structure({"SchemaArn": ARN, "SchemaName": NAME, "RegistryName": NAME})
VERSION_NUMBER = Structure({"LatestVersion": Flag(), "VersionNumber": Whole(1, 100000)})
_PAGE: dict[str, Shape] = {"MaxResults": Whole(1, 100), "NextToken": Text()}
_VERSION: dict[str, Shape] = {
    "SchemaId": SCHEMA_ID,
    "SchemaVersionNumber": VERSION_NUMBER,
    "SchemaVersionId": VERSION_ID,
}

INPUTS: dict[str, Structure] = {
    "CreateRegistry": Structure({"RegistryName": NAME, "Description": DESCRIPTION, "Tags": TAGS}, ("RegistryName",)),
    "UpdateRegistry": Structure({"RegistryId": REGISTRY_ID, "Description": DESCRIPTION}, ("RegistryId", "Description")),
    "GetRegistry": Structure({"RegistryId": REGISTRY_ID}, ("RegistryId",)),
    "ListRegistries": Structure(_PAGE),
    "DeleteRegistry": Structure({"RegistryId": REGISTRY_ID}, ("RegistryId",)),
    "CreateSchema": Structure(
        {
            "RegistryId": REGISTRY_ID,
            "SchemaName": NAME,
            "DataFormat": DATA_FORMAT,
            "Compatibility": MODE,
            "Description": DESCRIPTION,
            "Tags": TAGS,
            "SchemaDefinition": DEFINITION,
        },
        ("SchemaName", "DataFormat"),
    ),
    "UpdateSchema": Structure(
        {
            "SchemaId": SCHEMA_ID,
            "SchemaVersionNumber": VERSION_NUMBER,
            "Compatibility": MODE,
            "Description": DESCRIPTION,
        },
        ("SchemaId",),
    ),
    "GetSchema": Structure({"SchemaId": SCHEMA_ID}, ("SchemaId",)),
    "ListSchemas": Structure({"RegistryId": REGISTRY_ID, **_PAGE}),
    "DeleteSchema": Structure({"SchemaId": SCHEMA_ID}, ("SchemaId",)),
    "RegisterSchemaVersion": Structure(
        {"SchemaId": SCHEMA_ID, "SchemaDefinition": DEFINITION}, ("SchemaId", "SchemaDefinition")
    ),
    "GetSchemaVersion": Structure(_VERSION),
    "GetSchemaByDefinition": Structure(
        {"SchemaId": SCHEMA_ID, "SchemaDefinition": DEFINITION}, ("SchemaId", "SchemaDefinition")
    ),
    "ListSchemaVersions": Structure({"SchemaId": SCHEMA_ID, **_PAGE}, ("SchemaId",)),
    "DeleteSchemaVersions": Structure(
        {
            "SchemaId": SCHEMA_ID,
            "Versions": Text(1, 100000, _pattern("[1-9][0-9]*|[1-9][0-9]*-[1-9][0-9]*")),
        },
        ("SchemaId", "Versions"),
    ),
    "GetSchemaVersionsDiff": Structure(
        {
            "SchemaId": SCHEMA_ID,
            "FirstSchemaVersionNumber": VERSION_NUMBER,
            "SecondSchemaVersionNumber": VERSION_NUMBER,
            "SchemaDiffType": Text(choices=("SYNTAX_DIFF",)),
        },
        ("SchemaId", "FirstSchemaVersionNumber", "SecondSchemaVersionNumber", "SchemaDiffType"),
    ),
    "CheckSchemaVersionValidity": Structure(
        {"DataFormat": DATA_FORMAT, "SchemaDefinition": DEFINITION}, ("DataFormat", "SchemaDefinition")
    ),
    "PutSchemaVersionMetadata": Structure({**_VERSION, "MetadataKeyValue": METADATA_PAIR}, ("MetadataKeyValue",)),
    "QuerySchemaVersionMetadata": Structure(
        {**_VERSION, "MetadataList": Items(METADATA_PAIR), "MaxResults": Whole(1, 50), "NextToken": Text()}
    ),
    "RemoveSchemaVersionMetadata": Structure({**_VERSION, "MetadataKeyValue": METADATA_PAIR}, ("MetadataKeyValue",)),
    "TagResource": Structure({"ResourceArn": ARN, "TagsToAdd": TAGS}, ("ResourceArn", "TagsToAdd")),
    "UntagResource": Structure(
        {"ResourceArn": ARN, "TagsToRemove": Items(TAG_KEY, 50)}, ("ResourceArn", "TagsToRemove")
    ),
    "GetTags": Structure({"ResourceArn": ARN}, ("ResourceArn",)),
}
