"""The files of a new contract: a manifest, a first version that can evolve, and examples on both sides. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from schemaward.model import DataFormat, JsonValue, Mode, Policy, Status
from schemaward.repo.starters import starter

_OPEN = frozenset({Mode.FORWARD, Mode.FORWARD_ALL, Mode.FULL, Mode.FULL_ALL})
_BOTH_WAYS = frozenset({Mode.FULL, Mode.FULL_ALL})
CONTRACT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.[a-z0-9][a-z0-9_-]*")
_PLAIN_SCALAR = re.compile(r"[A-Za-z_$][A-Za-z0-9_$. -]*")
_STATUS_HINT = "# A draft may still be edited and is not synced; `active` publishes it.\n"


@dataclass(frozen=True, slots=True)
class Scaffold:
    """What a new contract starts from.

    ``name`` is ``<domain>.<name>``; ``syntax`` is that of all its files, but for a version in Protobuf;
    ``editor_schema`` is the path of the manifest's schema as seen from the contract's folder, or empty when the
    repository has none.
    """

    name: str
    description: str
    owners: tuple[str, ...]
    mode: Mode = Mode.BACKWARD
    syntax: Literal["json", "yaml"] = "yaml"
    editor_schema: str = ""
    data_format: DataFormat = DataFormat.JSON

    @property
    def version(self) -> str:
        """The file of the first version."""
        suffixes = {DataFormat.PROTOBUF: "proto", DataFormat.AVRO: "avsc" if self.syntax == "json" else self.syntax}
        return f"v1.{suffixes.get(self.data_format, self.syntax)}"

    @property
    def folder(self) -> str:
        """Repository-relative POSIX path of the contract."""
        return contract_folder(self.name)


def contract_folder(name: str) -> str:
    """Repository-relative POSIX path of the contract ``name``."""
    return "contracts/" + name.replace(".", "/")


def scaffold_files(scaffold: Scaffold) -> dict[str, str]:
    """The text of each file by its path below the contract's folder.

    The objects of JSON are closed where only newer versions read, and open where older versions do too, because that is
    what lets the next version add a property: see docs/which-mode-and-policy.md.
    """
    suffix = scaffold.syntax
    start = starter(scaffold.data_format, scaffold.name, scaffold.description, scaffold.mode not in _OPEN)
    schema = start.schema if isinstance(start.schema, str) else _text(start.schema, suffix)
    examples = {f"examples/{name}.{suffix}": _text(value, suffix) for name, value in start.examples.items()}
    return {f"contract.{suffix}": _manifest(scaffold), scaffold.version: schema, **examples}


def _manifest(scaffold: Scaffold) -> str:
    as_json = scaffold.data_format is DataFormat.JSON
    both_ways = as_json and scaffold.mode in _BOTH_WAYS
    value: dict[str, JsonValue] = {
        "name": scaffold.name,
        "description": scaffold.description,
        "format": scaffold.data_format.value,
        "compatibility": scaffold.mode.value,
        **({"policy": (Policy.LENIENT if both_ways else Policy.STRICT).value} if as_json else {}),
        "owners": list(scaffold.owners),
    }
    if both_ways:
        value["registry"] = {"mode": Mode.NONE.value}
    status: dict[str, JsonValue] = {"status": Status.DRAFT.value}
    if scaffold.syntax == "json":
        hint: dict[str, JsonValue] = {"$schema": scaffold.editor_schema} if scaffold.editor_schema else {}
        return _text(hint | value | status, "json")
    return manifest_yaml(value, scaffold.editor_schema) + _STATUS_HINT + _text(status, "yaml")


def manifest_yaml(fields: dict[str, JsonValue], editor_schema: str) -> str:
    """The text of a ``contract.yaml``, which tells editors the path of its schema when there is one."""
    first = f"# yaml-language-server: $schema={editor_schema}\n" if editor_schema else ""
    return first + _text(fields, "yaml")


def contract_name_for(name: str, domain: str) -> str:
    """A name of a contract that is like the ``name`` of something else; ``domain`` is for a name that has none.

    >>> contract_name_for("identity.person", "ai"), contract_name_for("com.Acme.ToolCall", "ai")
    ('identity.person', 'com.acme-tool-call')
    >>> contract_name_for("Tool Call", "AI-workloads")
    'ai-workloads.tool-call'
    """
    if CONTRACT_NAME.fullmatch(name):
        return name
    words = [word for part in re.split(r"[./:$#]+", name) if (word := name_part(part))]
    first, *rest = words if len(words) > 1 else (name_part(domain) or "imported", *words)
    return f"{first}.{'-'.join(rest) or 'schema'}"


def name_part(text: str) -> str:
    """``text`` as one part of a name, which may be empty: ``Tool Call`` and ``ToolCall`` become ``tool-call``."""
    spread = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    return re.sub(r"[^a-z0-9_]+", "-", spread.lower()).strip("-_")


def _text(value: JsonValue, syntax: str) -> str:
    if syntax == "json":
        return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    return _yaml(value)


def _yaml(value: JsonValue) -> str:
    """YAML that rules 1.1 and 1.2 read alike: whatever is not plainly a word is quoted."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Quotes strings with care, and indents lists below their key."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

    def text(dumper: yaml.SafeDumper, value: str) -> Any:
        style = None if _PLAIN_SCALAR.fullmatch(value) else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return str(yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1_000_000))
