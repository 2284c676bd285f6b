"""The two files that are not schemas: the manifest of a contract, and the list of targets."""

from __future__ import annotations

from typing import Any, cast

from schemaward.model import Contract, DataFormat, Mode, Policy, RegistryKind, RegistrySide, Role, Status, Target
from schemaward.repo.published import MANIFEST_SCHEMA, REGISTRIES_SCHEMA, schema_findings
from schemaward.repo.scaffold import CONTRACT_NAME
from schemaward.rules import finding
from schemaward.syntax.document import Document
from schemaward.verdict import Finding


def contract_name(folder: str) -> str:
    """The name that a contract in ``folder`` has.

    >>> contract_name("contracts/identity/person")
    'identity.person'
    """
    return ".".join(folder.split("/")[-2:])


def read_manifest(document: Document, folder: str) -> tuple[Contract | None, tuple[Finding, ...]]:
    """The contract that a manifest in ``folder`` declares, still without versions and examples, and all that is wrong.

    No contract comes back when a field is missing, unknown or wrong. A name that disagrees with the folder is a
    finding, and the contract goes by its folder.
    """
    name = contract_name(folder)
    findings = schema_findings(document, MANIFEST_SCHEMA, "manifest-invalid", name)
    fields = cast(dict[str, Any], document.value)
    if not findings and fields["name"] != name:
        fact = f'the name is "{fields["name"]}", but the folder is "{folder}"'
        here = f"Write `name: {name}`, or move" if CONTRACT_NAME.fullmatch(name) else "Move"
        remedy = f"{here} the folder to contracts/{fields['name'].replace('.', '/')}."
        return _contract(document, folder, name, fields), (
            finding("manifest-name", document.place("/name"), fact, remedy, contract=name, pointer="/name"),
        )
    return (None if findings else _contract(document, folder, name, fields)), findings


def read_targets(document: Document) -> tuple[tuple[Target, ...], tuple[Finding, ...]]:
    """The targets in a ``registries.yaml``, in the order of the file; none when anything in it is wrong."""
    findings = schema_findings(document, REGISTRIES_SCHEMA, "registries-invalid")
    if findings:
        return (), findings
    entries = cast(dict[str, Any], document.value)["targets"]
    return tuple(_target(name, fields) for name, fields in entries.items()), ()


def _contract(document: Document, folder: str, name: str, fields: dict[str, Any]) -> Contract:
    return Contract(
        name=name,
        folder=folder,
        description=fields["description"],
        data_format=DataFormat(fields["format"]),
        mode=Mode(fields["compatibility"]),
        policy=Policy(fields.get("policy", Policy.STRICT)),
        owners=tuple(fields["owners"]),
        status=Status(fields["status"]),
        registry=_registry_side(fields.get("registry", {}), name),
        manifest=document,
        tags=tuple(fields.get("tags", {}).items()),
        consumers=tuple(fields.get("consumers", ())),
        severities=tuple(fields.get("severity", {}).items()),
        structured_output=tuple(fields.get("ai", {}).get("structured-output", ())),
    )


def _registry_side(fields: dict[str, Any], name: str) -> RegistrySide:
    mode, checkpoint = fields.get("mode"), fields.get("checkpoint")
    return RegistrySide(
        schema_name=fields.get("schema-name", name),
        mode=None if mode is None else Mode(mode),
        checkpoint=None if checkpoint is None else int(checkpoint),
        accepts_revert=fields.get("revert") == "accept",
        kinds=tuple(RegistryKind(kind) for kind in fields.get("kinds", ())),
    )


def _target(name: str, fields: dict[str, Any]) -> Target:
    roles = fields.get("roles", {})
    return Target(
        name=name,
        registry=fields["registry"],
        region=fields["region"],
        description=fields.get("description", ""),
        tags=tuple(fields.get("tags", {}).items()),
        account=fields.get("account"),
        endpoint=fields.get("endpoint"),
        create=fields.get("create", False),
        roles=tuple((role, arn) for role in Role if (arn := roles.get(role, fields.get("role")))),
        kind=RegistryKind(fields.get("kind", RegistryKind.GLUE)),
    )
