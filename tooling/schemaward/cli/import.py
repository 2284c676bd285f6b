"""``schemaward import``: write the schemas of an existing registry down as contracts. The registry is only read."""  # noqa: N999 - a command is in the file of its name

from __future__ import annotations

import functools
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaward.cli import exits
from schemaward.cli.progress import deadline_option
from schemaward.errors import InputError, RegistryError, UsageError
from schemaward.model import JsonValue

if TYPE_CHECKING:
    from schemaward.cli.opening import Contracts, Opened
    from schemaward.registry.adoption import Adopted, NotAdopted
    from schemaward.registry.desired import DesiredRegistry
    from schemaward.registry.state import RegistryState, RemoteSchema


@dataclass(frozen=True, slots=True)
class _Place:
    """Where contracts are written, who owns them, and the domain of those whose names have none."""

    root: Path
    owners: tuple[str, ...]
    domain: str


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """A schema that belongs to another repository and stays there, since nobody named it."""

    schema: str
    owner: str


@dataclass(frozen=True, slots=True)
class _Import:
    """One schema as it was read, what it is in Git, and the contract that was written or added to."""

    remote: RemoteSchema | None
    result: Adopted | NotAdopted | _Elsewhere
    contract: str = ""
    unread: tuple[str, ...] = ()


@click.command("import", short_help="Write the schemas of an existing registry down as contracts.")
@click.option("--target", metavar="NAME", help="A target of contracts/registries.yaml.")
@click.option("--schema", "chosen", multiple=True, metavar="NAME", help="Only this schema; repeatable.")
@click.option("--owner", "owners", multiple=True, help="@user, @organisation/team or an e-mail address; repeatable.")
@click.option("--domain", default="", help="The domain of schemas whose names have none. Without it: the registry.")
@deadline_option
def command(target: str | None, chosen: tuple[str, ...], owners: tuple[str, ...], domain: str, deadline: int) -> int:
    """Write the schemas of a registry that Git does not hold down as contracts: all versions in order, word for word,
    with mode, checkpoint, description and tags. A sync has nothing to do for them afterwards.

    Nothing is overwritten. A schema that is a contract already gets the versions that Git lacks as its next ones when
    it is named with --schema; one that belongs to another repository is imported only then. What cannot be a contract,
    and what a check refuses, is told, and the exit code is 1; 3 when something could not be read, which is named with
    the permission.
    """
    from schemaward.cli.opening import loaded, opened, repository_of
    from schemaward.cli.root import contracts_root
    from schemaward.cli.views import calls_line, headline
    from schemaward.registry.parallel import in_parallel
    from schemaward.registry.reading import read_state
    from schemaward.repo.scaffold import contract_name_for

    with opened(Path.cwd(), target, "text", deadline) as opening:
        click.echo(f"{headline(opening.target)}\n")
        place = _Place(contracts_root(Path.cwd()), owners, domain or opening.target.registry)
        state = read_state(opening.connection, [schema.name for schema in opening.desired.schemas])
        # Schemas whose names a contract can have get them before those that are mapped.
        names = sorted(
            _names(opening.desired, state, chosen, owners),
            key=lambda name: contract_name_for(name, place.domain) != name,
        )
        done: list[_Import] = []
        repository = repository_of(Path.cwd(), os.environ.get("GITHUB_REPOSITORY"))
        look = functools.partial(_look, opening, state, repository, chosen)
        for found in in_parallel(opening.connection.jobs, look, names):
            done.append(_write(place, found))
            opening.progress.tell("\n".join(_told(done[-1])))
    unread = sorted({*state.unread, *(fact for each in done for fact in each.unread)})
    click.echo(f"\n{calls_line(opening.connection.calls.count, unread)}")
    contracts = loaded(Path.cwd(), "text")
    agreed = _conclude(done, state, contracts.desired(opening.target), repository)
    agreed = _checked(done, contracts) and agreed
    _warn(fact for fact in unread if fact not in state.unread)
    if unread:
        return exits.REGISTRY
    return exits.CLEAN if agreed else exits.FINDINGS


def _names(
    desired: DesiredRegistry, state: RegistryState, chosen: Sequence[str], owners: Sequence[str]
) -> tuple[str, ...]:
    """The schemas to import. Raises RegistryError without a registry, and UsageError when nobody owns the contracts."""
    if state.arn is None:
        raise RegistryError(
            f'the registry "{desired.name}" does not exist', "check `registry` and `region` of the target"
        )
    _warn(state.unread)
    names = tuple(dict.fromkeys(chosen)) or tuple(name for name in state.others if name not in desired.unsynced)
    if not owners and any(name in state.others for name in names):
        raise UsageError("nobody owns the contracts", "name an owner, for example --owner @organisation/team")
    return names


def _warn(unread: Iterable[str]) -> None:
    for fact in unread:
        click.echo(f"warning: {fact}", err=True)


def _look(opening: Opened, registry: RegistryState, repository: str, chosen: Collection[str], name: str) -> _Import:
    from schemaward.registry.adoption import Adopted, NotAdopted, adopt
    from schemaward.registry.reading import read_schemas

    if why := opening.desired.unsynced.get(name):
        fact = f"a contract in Git has this name and is not synced: {why.reason}"
        return _Import(None, NotAdopted(name, fact, f"{why.remedy}, then run the import again"))
    found = read_schemas(opening.connection, registry, [name], everything=False)
    remote = found.schema(name)
    if remote is None:
        return _Import(None, NotAdopted(name, "the registry has no schema of this name", "check the name"))
    known = next((schema for schema in opening.desired.schemas if schema.name == name), None)
    owner = remote.of_another(repository)
    if owner and name not in chosen:
        return _Import(remote, _Elsewhere(name, owner), unread=found.unread)
    result = adopt(remote, known)
    if owner and isinstance(result, Adopted):
        taken = f"it belongs to {owner}, which the next sync takes it from: it can be pruned only from here then"
        result = replace(result, remarks=(*result.remarks, taken))
    return _Import(remote, result, known.contract if known else "", found.unread)


# --- into the work tree ----------------------------------------------------------------------------------------------


def _write(place: _Place, found: _Import) -> _Import:
    """The import with the contract that was written. What cannot be written down is not adopted."""
    from schemaward.cli.writing import add_files, write_contract
    from schemaward.registry.adoption import SUFFIXES, Adopted, NotAdopted
    from schemaward.repo.scaffold import contract_folder

    adopted = found.result
    if not isinstance(adopted, Adopted):
        return found
    suffix = SUFFIXES[adopted.data_format]
    files = {f"v{version.number}.{suffix}": version.definition for version in adopted.versions}
    if found.contract:
        add_files(place.root, contract_folder(found.contract), files)
        return found
    contract = _free_name(place, adopted.schema)
    try:
        manifest = _manifest(place, contract, adopted)
    except InputError as error:
        return replace(found, result=NotAdopted(adopted.schema, error.fact, error.remedy))
    write_contract(place.root, contract_folder(contract), {"contract.yaml": manifest, **files})
    return replace(found, contract=contract)


def _free_name(place: _Place, schema: str) -> str:
    from schemaward.repo.scaffold import contract_folder, contract_name_for

    wanted = name = contract_name_for(schema, place.domain)
    count = 1
    while (place.root / contract_folder(name)).exists():
        count += 1
        name = f"{wanted}-{count}"
    return name


def _manifest(place: _Place, contract: str, adopted: Adopted) -> str:
    """The text of the manifest. Raises UsageError for a bad owner, InputError for what a manifest cannot hold."""
    from schemaward.cli.writing import editor_schema
    from schemaward.repo.manifest import read_manifest
    from schemaward.repo.scaffold import contract_folder, manifest_yaml
    from schemaward.syntax.parse import parse_document

    text = manifest_yaml(_fields(place, contract, adopted), editor_schema(place.root))
    folder = contract_folder(contract)
    read, findings = read_manifest(parse_document(f"{folder}/contract.yaml", text.encode()), folder)
    for found in findings:
        kind = UsageError if found.pointer.startswith("/owners") else InputError
        raise kind(found.fact, found.remedy)
    if read is None or (adopted.description.strip() and read.description != adopted.description):
        raise InputError("its description cannot be written down", "change the description in the registry")
    return text


def _fields(place: _Place, contract: str, adopted: Adopted) -> dict[str, JsonValue]:
    registry: dict[str, JsonValue] = {}
    if adopted.schema != contract:
        registry["schema-name"] = adopted.schema
    if adopted.checkpoint is not None:
        registry["checkpoint"] = adopted.checkpoint
    tags: dict[str, JsonValue] = dict(adopted.tags)
    return {
        "name": contract,
        "description": adopted.description if adopted.description.strip() else f"Imported from {adopted.schema}.",
        "format": adopted.data_format.value,
        "compatibility": adopted.mode.value,
        "owners": list(place.owners),
        "status": "active",
        **({"tags": tags} if tags else {}),
        **({"registry": registry} if registry else {}),
    }


# --- what is told ----------------------------------------------------------------------------------------------------


def _told(done: _Import) -> Iterator[str]:
    from schemaward.registry.adoption import Adopted
    from schemaward.report.values import printable

    result = done.result
    if isinstance(result, _Elsewhere):
        name = printable(result.schema)
        yield f"  other  {name}: it belongs to {printable(result.owner)}; --schema {name} takes it over"
        return
    if not isinstance(result, Adopted):
        yield f"  left   {printable(result.schema)}: {printable(result.fact)}"
        yield f"         fix: {printable(result.remedy)}"
        return
    count = len(result.versions)
    versions = f"{count} {'version' if count == 1 else 'versions'}"
    origin = "" if done.contract == result.schema else f" from {result.schema}"
    if result.versions and result.versions[0].number > 1:
        yield f"  added  {versions} to {done.contract}{origin}"
    elif result.versions:
        checkpoint = f", checkpoint v{result.checkpoint}" if result.checkpoint else ""
        yield f"  wrote  {done.contract}{origin}: {result.data_format}, {result.mode}{checkpoint}, {versions}"
    else:
        yield f"  as is  {done.contract}{origin}: Git holds all its versions"
    yield from (f"         {printable(remark)}" for remark in result.remarks)


def _conclude(done: Sequence[_Import], state: RegistryState, desired: DesiredRegistry, repository: str) -> bool:
    """Tell what a sync would find now; True when everything was adopted and nothing is left to do for it."""
    from schemaward.registry.actions import AnnotateVersion
    from schemaward.registry.adoption import Adopted, NotAdopted
    from schemaward.registry.plan import Permit, plan
    from schemaward.report.values import printable

    contracts = {each.contract for each in done if isinstance(each.result, Adopted)}
    seen = {schema.name: schema for schema in (*state.schemas, *(each.remote for each in done if each.remote))}
    found = plan(desired, replace(state, schemas=tuple(seen.values())), Permit(repository=repository))
    ours = [each for each in found.actions if each.contract in contracts]
    # The next sync marks what it finds in a schema of ours; that changes nothing for anybody.
    open_ends = [f"{each.contract}: {each}" for each in ours if not isinstance(each, AnnotateVersion)]
    open_ends += [f"{each.contract}: {each.fact}" for each in found.blocked if each.contract in contracts]
    elsewhere = sum(isinstance(each.result, _Elsewhere) for each in done)
    left = sum(isinstance(each.result, NotAdopted) for each in done)
    beside = (f", {left} left out" if left else "") + (f", {elsewhere} of other repositories" if elsewhere else "")
    click.echo(f"{_plural(len(contracts))} adopted{beside}")
    if open_ends:
        click.echo("A sync would find something to do or to stop at:")
        click.echo("\n".join(f"  {printable(line)}" for line in open_ends))
    elif contracts:
        rest = "but to add its metadata to" if ours else "for"
        click.echo(f"A sync has nothing to do {rest} what was adopted.\n")
        click.echo(
            "next:\n  1. schemaward codeowners\n  2. schemaward check\n  3. commit contracts/ on a branch, and have it reviewed"
        )
    return not left and not open_ends


def _checked(done: Sequence[_Import], contracts: Contracts) -> bool:
    """Tell which of the contracts a check refuses; True when it refuses none of them."""
    from schemaward.cli.gate import refused
    from schemaward.report.values import printable

    names = {each.contract for each in done}
    found = {each.name: refused(each, contracts.read) for each in contracts.catalog.contracts if each.name in names}
    wrong = [f"  {name}: {printable(fact)}" for name, fact in found.items() if fact]
    if wrong:
        click.echo("\n".join(("\nA check refuses what the registry holds:", *wrong)))
    return not wrong


def _plural(number: int) -> str:
    return f"{number} {'schema' if number == 1 else 'schemas'}"
