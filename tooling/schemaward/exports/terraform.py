"""A target as Terraform has it, in its JSON configuration syntax.

Sources: Terraform language, "JSON Configuration Syntax"; the AWS provider's pages of each resource.
"""

from __future__ import annotations

import json
import re
from typing import Any

from schemaward.model import RegistryKind
from schemaward.registry.infrastructure import Infrastructure, definitions

_SIGNS = re.compile(r"[$%](?=\{)")
_FOREIGN = re.compile(r"[^A-Za-z0-9.-]")
_REGISTRY = {
    RegistryKind.GLUE: ("aws_glue_registry", "registry_name"),
    RegistryKind.EVENTBRIDGE: ("aws_schemas_registry", "name"),
}


def terraform(declared: Infrastructure, source: str) -> str:
    """The content of a ``*.tf.json`` file; ``source`` names what it is derived from."""
    document = {
        "//": f"Derived from {source} by schemaward. Do not edit: export it again.",
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.0"}}},
        "provider": {"aws": _provider(declared)},
        "resource": _resources(declared),
        "output": _outputs(declared),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _provider(declared: Infrastructure) -> dict[str, Any]:
    target = declared.target
    # The wrong credentials are an error before anything is made.
    only = {} if target.account is None else {"allowed_account_ids": [target.account]}
    return {"region": target.region, **only}


def _resources(declared: Infrastructure) -> dict[str, Any]:
    resources: dict[str, Any] = {_REGISTRY[declared.target.kind][0]: {"registry": _registry(declared)}}
    if declared.roles:
        resources["aws_iam_role"] = {
            str(role.role): {"name": role.name, "assume_role_policy": _policy(role.trust)} for role in declared.roles
        }
        resources["aws_iam_role_policy"] = {
            str(role.role): {
                "name": "registry",
                "role": f"${{aws_iam_role.{role.role}.name}}",
                "policy": _policy(role.permissions),
            }
            for role in declared.roles
        }
    if declared.schemas:
        resources["aws_glue_schema"] = _schemas(declared)
    return resources


def _registry(declared: Infrastructure) -> dict[str, Any]:
    target = declared.target
    said = {
        _REGISTRY[target.kind][1]: target.registry,
        "description": _plain(target.description),
        "tags": _tags(declared.tags),
    }
    return {name: value for name, value in said.items() if value}


def _schemas(declared: Infrastructure) -> dict[str, Any]:
    texts = definitions(declared)
    return {
        _label(schema.name): {
            "schema_name": schema.name,
            "registry_arn": "${aws_glue_registry.registry.arn}",
            "data_format": str(schema.data_format),
            "compatibility": str(schema.mode),
            "description": _plain(schema.description),
            "schema_definition": _plain(texts[schema.name]),
            "tags": _tags(schema.tags),
            # A resource that goes takes all versions with it, and the ids that readers of old messages need.
            "lifecycle": {"prevent_destroy": True},
        }
        for schema in declared.schemas
    }


def _outputs(declared: Infrastructure) -> dict[str, Any]:
    outputs: dict[str, Any] = {"registry_arn": {"value": f"${{{_REGISTRY[declared.target.kind][0]}.registry.arn}}"}}
    if declared.roles:
        arns = {str(role.role): f"${{aws_iam_role.{role.role}.arn}}" for role in declared.roles}
        outputs["role_arns"] = {"value": arns}
    if declared.schemas:
        arns = {schema.name: f"${{aws_glue_schema.{_label(schema.name)}.arn}}" for schema in declared.schemas}
        outputs["schema_arns"] = {"value": arns}
    return outputs


def _policy(policy: dict[str, Any]) -> str:
    return _plain(json.dumps(policy))


def _tags(tags: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {_plain(key): _plain(value) for key, value in tags}


def _plain(text: str) -> str:
    """Text in which Terraform finds no template."""
    return _SIGNS.sub(lambda sign: sign[0] * 2, text)


def _label(name: str) -> str:
    """A schema's name as the name of a resource: letters, digits, hyphens and underscores, a letter first.

    No two names have one label: what begins with an underscore is a dot, or the code of a character.
    """
    return "schema_" + _FOREIGN.sub(lambda sign: f"_{ord(sign[0]):x}_", name).replace(".", "__")
