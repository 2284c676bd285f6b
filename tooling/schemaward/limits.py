"""What AWS Glue takes as names, descriptions and tags.

Source: AWS Glue API reference, data types of the Schema Registry; the limits of tags are those of AWS tagging.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaward.model import Contract
from schemaward.rules import finding
from schemaward.verdict import Finding

MAX_NAME = 255
MAX_DESCRIPTION = 2048
MAX_TAGS = 50
MAX_TAG_KEY = 128
MAX_TAG_VALUE = 256

_PARTITIONS = {
    "cn": "aws-cn",
    "us-gov": "aws-us-gov",
    "us-iso": "aws-iso",
    "us-isob": "aws-iso-b",
    "eu-isoe": "aws-iso-e",
    "eusc": "aws-eusc",
    "us-isof": "aws-iso-f",
}
_NAME = re.compile(r"[a-zA-Z0-9\-_$#.]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def partition(region: str) -> str:
    """The partition of AWS that a Region lies in, the second part of its ARNs.

    >>> partition("us-isob-east-1")
    'aws-iso-b'
    """
    return next((name for start, name in _PARTITIONS.items() if region.startswith(f"{start}-")), "aws")


def name_problem(name: str) -> str:
    """Why ``name`` is no name of a registry or schema, or an empty string."""
    if not 1 <= len(name) <= MAX_NAME:
        return f"has {len(name)} characters, allowed are 1 to {MAX_NAME}"
    if not _NAME.fullmatch(name):
        wrong = next(character for character in name if not _NAME.fullmatch(character))
        return f"contains {wrong!r}, allowed are letters, digits and - _ $ # ."
    return ""


def description_problem(text: str) -> str:
    """Why ``text`` is no description, or an empty string."""
    if len(text) > MAX_DESCRIPTION:
        return f"has {len(text)} characters, allowed are {MAX_DESCRIPTION}"
    return "contains a control character" if _CONTROL.search(text) else ""


def tag_problem(key: str, value: str) -> str:
    """Why this pair is no tag, or an empty string."""
    if not 1 <= len(key) <= MAX_TAG_KEY:
        return f"has a key of {len(key)} characters, allowed are 1 to {MAX_TAG_KEY}"
    if key.lower().startswith("aws:"):
        return 'begins with "aws:", which AWS keeps for itself'
    if len(value) > MAX_TAG_VALUE:
        return f"has a value of {len(value)} characters, allowed are {MAX_TAG_VALUE}"
    return ""


def name_findings(contract: Contract) -> Iterator[Finding]:
    """A glue-name finding for each name, description and tag of ``contract`` that AWS Glue would refuse."""
    if problem := name_problem(contract.registry.schema_name):
        yield _found(contract, "/registry/schema-name", f'the schema name "{contract.registry.schema_name}" {problem}')
    if problem := description_problem(contract.description):
        yield _found(contract, "/description", f"the description {problem}")
    if len(contract.tags) > MAX_TAGS:
        yield _found(contract, "/tags", f"there are {len(contract.tags)} tags, allowed are {MAX_TAGS}")
    for key, value in contract.tags:
        if problem := tag_problem(key, value):
            pointer = "/tags/" + key.replace("~", "~0").replace("/", "~1")
            yield _found(contract, pointer, f'the tag "{key[:40]}" {problem}')


def _found(contract: Contract, pointer: str, fact: str) -> Finding:
    place = contract.manifest.place(pointer)
    return finding("glue-name", place, fact, contract=contract.name, pointer=pointer)
