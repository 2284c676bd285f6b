"""``schemaward validate``: files of records against a contract, before something is done with them."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemaward.cli import exits
from schemaward.errors import InputError, SchemawardError, UsageError

if TYPE_CHECKING:
    from schemaward.guard.files import Reading
    from schemaward.guard.inputs import Kind
    from schemaward.guard.judges import Subject
    from schemaward.guard.splitting import Run
    from schemaward.guard.validation import Course, Tally
    from schemaward.guard.versions import ReceiptVersions
    from schemaward.repo.named import Named

_MEGABYTE = 1_000_000
_KINDS = ["json", "jsonl", "yaml", "csv", "parquet", "avro", "avro-binary", "glue", "protobuf"]


@click.command("validate", short_help="Hold files of records against a contract.")
@click.argument("contract")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--input", "kind", type=click.Choice(_KINDS), help="What the files hold.  [default: by the suffix]")
@click.option("--receipts", type=click.Path(dir_okay=False, path_type=Path), help="What ids in messages mean (sync).")
@click.option(
    "--message", default="", metavar="NAME", help="The Protobuf message that records are of.  [default: the first]"
)
@click.option("--max-errors", type=click.IntRange(min=1), help="Stop after a batch that brings so many bad records.")
@click.option("--show", type=click.IntRange(min=0), default=20, show_default=True, help="Bad records to show.")
@click.option("--max-record-mb", type=click.IntRange(1, 1000), default=16, show_default=True, help="Largest record.")
@click.option("--redact", is_flag=True, help="Show no values at all.")
@click.option("--explain", is_flag=True, help="Let the jsonschema package choose the most telling reason.")
@click.option("--good", type=click.Path(dir_okay=False, path_type=Path), help="Write the records that pass there.")
@click.option("--bad", type=click.Path(dir_okay=False, path_type=Path), help="Write the others there.")
@click.option("--format", "layout", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def command(contract: str, files: tuple[str, ...], layout: str, **options: Any) -> int:
    """Hold the records in each FILE against CONTRACT: identity.person@3, or the latest version without a number.

    \b
    schemaward validate identity.person@3 people.jsonl.gz
    cat people.jsonl | schemaward validate identity.person -
    schemaward validate identity.person people.jsonl --good good.jsonl --bad bad.jsonl

    Memory does not grow with the files. Values of fields that the contract tags as personal data are not shown. With
    --good and --bad every record ends in exactly one of the two; a run that was killed goes on when it is repeated.
    """
    from schemaward.guard.files import Reading
    from schemaward.guard.judges import subject
    from schemaward.guard.validation import Course, Tally
    from schemaward.repo.named import find_version

    wish = _Wish(**options)
    named = find_version(contract, Path.cwd())
    judged = subject(named.name, named.contract.data_format, named.schema(), redact=wish.redact, explain=wish.explain)
    reading = Reading(wish.max_record_mb * _MEGABYTE, _versions(named, wish.receipts), wish.message)
    tally = Tally(wish.show)
    try:
        with _watched(tally) as watch:
            job = _Job(judged, wish, reading, Course(wish.max_errors, watch), tally)
            if wish.good is None and wish.bad is None:
                _each(job, files)
            else:
                _split(job, files)
    except SchemawardError:
        if tally.files:
            _show(tally, judged.name, layout)
        raise
    _show(tally, judged.name, layout)
    if any(each.broken for each in tally.files):
        return exits.USAGE
    return exits.FINDINGS if tally.bad else exits.CLEAN


def _show(tally: Tally, contract: str, layout: str) -> None:
    from schemaward.cli.validate_views import rendered

    click.echo(rendered(tally, contract, layout, sys.stdout.isatty() and not os.environ.get("NO_COLOR")), nl=False)


@dataclass(frozen=True, slots=True)
class _Wish:
    """The options, by their names."""

    kind: str | None
    receipts: Path | None
    message: str
    max_errors: int | None
    show: int
    max_record_mb: int
    redact: bool
    explain: bool
    good: Path | None
    bad: Path | None


@dataclass(frozen=True, slots=True)
class _Job:
    """What to judge by, how far, and where the result goes."""

    judged: Subject
    wish: _Wish
    reading: Reading
    course: Course
    tally: Tally


def _versions(named: Named, receipts: Path | None) -> ReceiptVersions | None:
    if receipts is None:
        return None
    from schemaward.cli.files import read_text
    from schemaward.guard.versions import ReceiptVersions
    from schemaward.registry.receipts import read_receipts

    return ReceiptVersions(named, read_receipts(read_text(receipts), str(receipts)))


def _each(job: _Job, files: tuple[str, ...]) -> None:
    """Judge one file after another; no more when enough bad records were found. Raises UsageError."""
    from schemaward.guard.files import require_kind
    from schemaward.guard.inputs import kind_of
    from schemaward.guard.validation import FileTally

    if files.count("-") > 1:
        raise UsageError("standard input is named twice, and can be read once", 'give "-" once')
    kinds = [kind_of(name, job.wish.kind) for name in files]
    for kind in kinds:
        require_kind(job.judged, kind, job.wish.message)
    for number, (name, kind) in enumerate(zip(files, kinds, strict=True), 1):
        try:
            _one(job, name, kind)
        except InputError as error:
            job.tally.files.append(FileTally(name, "record", broken=error))
        if job.course.ends(job.tally):
            job.tally.files[-1].stopped |= number < len(files)
            return


def _one(job: _Job, name: str, kind: Kind) -> None:
    """Judge one file. Raises InputError when it cannot be opened, UsageError when something is missing to judge it."""
    from schemaward.guard.files import bytes_of, open_file, open_input
    from schemaward.guard.validation import FileTally, validate

    with open_file(name, sys.stdin.buffer) as stream:
        found = open_input(job.judged, kind, bytes_of(stream, name, kind), name, job.reading)
        validate(found.source, found.judge, FileTally(name, found.source.unit), job.tally, job.course)


def _split(job: _Job, files: tuple[str, ...]) -> None:
    """Judge one file and part its records. Raises UsageError, and InputError when the file cannot be opened."""
    from schemaward.guard.container_inputs import MOST_BLOCK
    from schemaward.guard.files import bytes_of, open_file, open_input
    from schemaward.guard.splitting import Splitter, alone
    from schemaward.guard.streams import Traced
    from schemaward.guard.validation import FileTally, validate

    name, kind = _one_file(job.wish, files)
    run = _run(job, name, kind)
    with alone(run), open_file(name, sys.stdin.buffer) as file:
        stream = Traced(bytes_of(file, name, kind), max(2 * job.reading.most, MOST_BLOCK))
        found = open_input(job.judged, kind, stream, name, job.reading)
        with Splitter(run, stream, found.new_shape) as splitter:
            mark = splitter.mark
            tally = FileTally(name, found.source.unit, mark.good, mark.bad, earlier=mark.bad)
            validate(found.source, found.judge, tally, job.tally, job.course, splitter, mark.start)
            if tally.broken or tally.stopped:
                splitter.pause()
            else:
                splitter.finish()


def _one_file(wish: _Wish, files: tuple[str, ...]) -> tuple[str, Kind]:
    """The file to part, and its kind. Raises UsageError."""
    from schemaward.guard.inputs import SPLITTABLE, kind_of

    if wish.good is None or wish.bad is None:
        raise UsageError("--good and --bad belong together", "give both")
    if len(files) != 1:
        raise UsageError("--good and --bad part the records of one file", "run the command once for each file")
    kind = kind_of(files[0], wish.kind)
    if kind not in SPLITTABLE:
        raise UsageError(f"the records of {kind} cannot be written as they are", f"part one of {', '.join(SPLITTABLE)}")
    return files[0], kind


def _run(job: _Job, name: str, kind: Kind) -> Run:
    """What a journal must agree in. Raises UsageError when one file stands for two."""
    from schemaward.cli.files import read_text
    from schemaward.guard.splitting import Run

    wish = job.wish
    run = Run(
        input=name if name == "-" else str(Path(name).resolve()),
        kind=kind,
        contract=job.judged.name,
        schema=_digest(job.judged.schema.identity),
        receipts="" if wish.receipts is None else _digest(read_text(wish.receipts)),
        message=wish.message,
        max_record=job.reading.most,
        good=str(Path(wish.good or "").resolve()),
        bad=str(Path(wish.bad or "").resolve()),
    )
    if len({run.input, run.good, run.bad, str(run.journal), str(run.lock)}) < 5:
        fact = f'the input, --good, --bad, the journal "{run.journal}" and its lock must be different files'
        raise UsageError(fact, "name others")
    return run


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _watched(tally: Tally) -> Iterator[Callable[[int], None]]:
    """A line on the terminal that counts, when it takes long and somebody can see it."""
    from schemaward.cli.progress import Progress

    progress = Progress(shown=sys.stderr.isatty(), noun="record")
    try:
        yield lambda _count: progress.watch(tally.good + tally.bad)
    finally:
        progress.end()
