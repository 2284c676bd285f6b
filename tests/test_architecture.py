"""The arrows of the architecture, and what may not be touched below the rim. Each ban says why."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parent.parent / "tooling" / "schemaward"
MODULES = sorted(PACKAGE.rglob("*.py"))


class Layer(NamedTuple):
    """One layer: the modules in it, the layers it may import, and why not more."""

    modules: tuple[str, ...]
    may_import: tuple[str, ...]
    note: str


LAYERS: dict[str, Layer] = {
    "errors": Layer(("errors",), (), "Everybody raises these, so they depend on nobody."),
    "core": Layer(
        ("model", "verdict", "rules", "modes", "limits", "meaning"),
        ("errors", "core"),
        "The nouns know no format and no file.",
    ),
    "syntax": Layer(("syntax",), ("errors", "core", "syntax"), "Text to values and places; knows no schema language."),
    "formats": Layer(
        ("formats",), ("errors", "core", "syntax", "formats"), "A format is judged without Git, a registry or a report."
    ),
    "judge": Layer(
        ("check", "breaks", "judgement", "compare", "evolve", "api"),
        ("errors", "core", "syntax", "formats", "judge"),
        "Catalogs in, findings out; where the catalogs come from is not its business.",
    ),
    "repo": Layer(
        ("repo",),
        ("errors", "core", "syntax", "formats", "judge", "repo"),
        "Reads Git; knows no registry and no report.",
    ),
    "registry": Layer(
        ("registry",),
        ("errors", "core", "syntax", "formats", "judge", "registry"),
        "Talks to AWS; is handed a catalog.",
    ),
    "emulator": Layer(
        ("emulator",),
        ("errors", "core", "syntax", "formats", "judge", "emulator"),
        "Stands for AWS, so it must not share code with the client that it tests.",
    ),
    "report": Layer(
        ("report",), ("errors", "core", "syntax", "formats", "judge", "report"), "Values in, text out; reads nothing."
    ),
    "guard": Layer(
        ("guard", "spark"),
        ("errors", "core", "syntax", "formats", "repo", "registry", "guard"),
        "Records against a contract, in programs of others: from Git or from a registry, without a command line.",
    ),
    "exports": Layer(
        ("exports",),
        ("errors", "core", "syntax", "formats", "judge", "registry", "exports"),
        "Derived from contracts and targets, for other tools. Values in, text out.",
    ),
    "pulumi": Layer(
        ("pulumi",),
        ("errors", "core", "syntax", "formats", "repo", "registry"),
        "Contracts as resources in programs of others, without a command line.",
    ),
    "cli": Layer(
        ("cli", "__main__"),
        (
            "errors",
            "core",
            "syntax",
            "formats",
            "judge",
            "repo",
            "registry",
            "emulator",
            "report",
            "guard",
            "exports",
            "cli",
        ),
        "The only place that joins the rim for people.",
    ),
    "package": Layer(
        ("__init__",), ("errors", "core", "judge", "guard"), "The public face: `can_read`, `Guard`, and their values."
    ),
}

PURE = ("errors", "core", "syntax", "formats", "judge", "report", "exports")
WORLD = frozenset({"subprocess", "socket", "http", "urllib.request", "requests", "tempfile", "shutil", "glob"})
AWS = frozenset({"boto3", "botocore"})
BANNED_CALLS = frozenset({"open", "print", "input", "exec", "eval"})
BANNED_NAMES = frozenset({"os.environ", "os.getenv", "sys.argv", "sys.stdin", "sys.stdout", "sys.stderr"})
BANNED_METHODS = frozenset(
    {"read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "unlink", "mkdir"}
)


def layer_of(module: str) -> str:
    """The layer of a dotted module name inside the package ("" is the package itself)."""
    top = module.split(".")[0] or "__init__"
    return next(name for name, layer in LAYERS.items() if top in layer.modules)


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") if parts != ("__init__",) else ""


def run_time_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those under ``if TYPE_CHECKING``: an annotation is no dependency."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from run_time_nodes(node)


@functools.cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a module that count at run time; every test asks for them."""
    return tuple(run_time_nodes(ast.parse(path.read_text("utf-8"))))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that a module imports at run time, at its top or inside a function."""
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import; write the full name"
            assert node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def own_imports(path: Path) -> Iterator[tuple[int, str]]:
    """As ``imports``, only those of this package, without the package's name."""
    for line, name in imports(path):
        if name.split(".")[0] == "schemaward":
            yield line, name.removeprefix("schemaward").removeprefix(".")


def target_layer(name: str) -> str:
    """The layer of an imported name; a plain name of the package itself (``__version__``) belongs to its face."""
    top = name.split(".")[0]
    known = {module for layer in LAYERS.values() for module in layer.modules}
    return layer_of(top if top in known else "")


def ids(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_every_arrow_points_down(path: Path) -> None:
    layer = layer_of(module_name(path))
    wrong = [
        f"{ids(path)}:{line} imports schemaward.{name}. {LAYERS[layer].note}"
        for line, name in own_imports(path)
        if target_layer(name) not in (*LAYERS[layer].may_import, layer)
        and not (layer == "cli" and target_layer(name) == "package")
    ]
    assert not wrong, "\n".join(wrong)


FORMAT_MODULES = [
    path for path in MODULES if path.is_relative_to(PACKAGE / "formats") and path.parent.name != "formats"
]


@pytest.mark.parametrize("path", FORMAT_MODULES, ids=ids)
def test_a_format_never_imports_another(path: Path) -> None:
    own = path.relative_to(PACKAGE / "formats").parts[0]
    wrong = [
        f"{ids(path)}:{line} imports schemaward.{name}. What two formats need belongs in formats/base.py."
        for line, name in own_imports(path)
        if name.startswith("formats.") and name.split(".")[1] not in ("base", own)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", [path for path in MODULES if layer_of(module_name(path)) in PURE], ids=ids)
def test_below_the_rim_nothing_touches_the_world(path: Path) -> None:
    wrong = [
        f"{ids(path)}:{line} imports {name}. Reading and writing belong in repo/, registry/, emulator/ or cli/."
        for line, name in imports(path)
        if any(name == banned or name.startswith(banned + ".") for banned in WORLD | AWS)
    ]
    for node in nodes_of(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BANNED_CALLS:
            wrong.append(f"{ids(path)}:{node.lineno} calls {node.func.id}(). Take the text as an argument.")
        if isinstance(node, ast.Attribute) and (ast.unparse(node) in BANNED_NAMES or node.attr in BANNED_METHODS):
            wrong.append(f"{ids(path)}:{node.lineno} uses {ast.unparse(node)}. Take the value as an argument.")
    assert not wrong, "\n".join(wrong)


# The emulator's in-process face answers botocore itself, so it fails as botocore does.
KNOW_BOTO3 = {path for path in MODULES if layer_of(module_name(path)) == "registry"} | {
    PACKAGE / "emulator" / "inprocess.py"
}


@pytest.mark.parametrize("path", sorted({*MODULES} - KNOW_BOTO3), ids=ids)
def test_only_the_registry_adapter_knows_boto3(path: Path) -> None:
    wrong = [f"{ids(path)}:{line} imports {name}" for line, name in imports(path) if name.split(".")[0] in AWS]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_files_stay_readable(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= 400, f"{ids(path)} has {len(lines)} lines; split it by what it is about"
    long = [
        f"{ids(path)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse("\n".join(lines)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno >= 40
    ]
    assert not long, "\n".join(long)


def test_the_layers_table_knows_every_module() -> None:
    tops = {module_name(path).split(".")[0] or "__init__" for path in MODULES}
    listed = {module for layer in LAYERS.values() for module in layer.modules}
    assert tops <= listed, f"no layer for {sorted(tops - listed)}"
