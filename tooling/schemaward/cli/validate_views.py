"""What ``validate`` found, for people (text, Markdown) and programs (``validate.schema.json`` beside this file)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemaward.guard.reasons import Reason
from schemaward.guard.validation import BadRecord, FileTally, Tally, by_number
from schemaward.report.markdown import table_cell
from schemaward.report.values import exact, printable

FORMAT = 1
_MOST_REASONS = 3
_COUNTED_REASONS = 10
"""More are not counted: of a record that is wrong in many places, only the first reasons were collected."""
_MOST_GROUPS = 20
_BOLD, _RED, _PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[0m"


def rendered(tally: Tally, contract: str, layout: str, color: bool) -> str:
    """The result in one of the layouts."""
    if layout == "json":
        return exact(value(tally, contract)) + "\n"
    lines = _markdown(tally, contract) if layout == "markdown" else _text(tally, contract, color)
    return "\n".join(lines) + "\n"


def value(tally: Tally, contract: str) -> dict[str, Any]:
    """The result for programs."""
    return {
        "format": FORMAT,
        "contract": contract,
        "records": tally.good + tally.bad,
        "good": tally.good,
        "bad": tally.bad,
        "files": [_file_value(each) for each in tally.files],
        "shown": [_record_value(each) for each in tally.shown],
        "summary": [{"rule": rule, "path": path, "records": number} for rule, path, number in by_number(tally.groups)],
        "not_in_summary": tally.other_groups,
    }


def _file_value(file: FileTally) -> dict[str, Any]:
    return {
        "file": file.name,
        "unit": file.unit,
        "records": file.records,
        "good": file.good,
        "bad": file.bad,
        "earlier": file.earlier,
        "stopped": file.stopped,
        "broken": None if file.broken is None else file.broken.fact,
    }


def _record_value(record: BadRecord) -> dict[str, Any]:
    reasons = [
        {"rule": each.rule, "path": each.path, "message": each.message, "value": each.value} for each in record.reasons
    ]
    return {"file": record.file, "place": record.place, "reasons": reasons}


def _text(tally: Tally, contract: str, color: bool) -> Iterator[str]:
    units = {each.name: each.unit for each in tally.files}
    for record in tally.shown:
        where = f"{record.file}:{record.place}" if units[record.file] == "line" else _place(record, units)
        for reason in record.reasons[:_MOST_REASONS]:
            head = printable(f"{where}  {reason.path}  " if reason.path else f"{where}  ")
            rule = f"{_RED}{reason.rule}{_PLAIN}" if color else reason.rule
            yield f"{f'{_BOLD}{head}{_PLAIN}' if color else head}{rule}"
            yield f"  {printable(_said(reason))}"
        if record.reasons[_MOST_REASONS:]:
            more = len(record.reasons) - _MOST_REASONS
            yield f"  and {more} more reasons" if more < _COUNTED_REASONS else "  and more reasons"
    if tally.told > len(tally.shown):
        yield f"{tally.told - len(tally.shown):,} more bad records are not shown"
    if tally.shown:
        yield ""
    yield from _summary(tally)
    for file in tally.files:
        yield from (printable(line) for line in _file_lines(file, contract))


def _place(record: BadRecord, units: dict[str, str]) -> str:
    return f"{record.file} ({units[record.file]} {record.place:,})"


def _said(reason: Reason) -> str:
    """The message, and the value where the message does not quote it already."""
    if reason.value is None or not reason.path or reason.value[:40] in reason.message:
        return reason.message
    return f"{reason.message}: {reason.value}"


def _summary(tally: Tally) -> Iterator[str]:
    groups = by_number(tally.groups)
    width = len(f"{groups[0][2]:,}") if groups else 0
    for rule, path, number in groups[:_MOST_GROUPS]:
        yield printable(f"  {number:>{width},}  {rule}  {path}".rstrip())
    if groups[_MOST_GROUPS:] or tally.other_groups:
        yield "  and others"


def _file_lines(file: FileTally, contract: str) -> Iterator[str]:
    yield f"{file.name}: {file.records:,} {'record' if file.records == 1 else 'records'} against {contract}: {file.good:,} good, {file.bad:,} bad"
    if file.earlier:
        yield f"  {file.earlier:,} of the bad ones are those of the run before, which told their reasons"
    if file.stopped:
        yield "  stopped: the rest was not read"
    if file.broken is not None:
        yield f"  {'the rest cannot be read: ' if file.records else ''}{file.broken.fact}"
        if file.broken.remedy:
            yield f"  fix: {file.broken.remedy}"


def _markdown(tally: Tally, contract: str) -> Iterator[str]:
    yield f"## {table_cell(contract)}: {tally.good:,} good, {tally.bad:,} bad"
    yield from ("", "| File | Records | Good | Bad | |", "| --- | ---: | ---: | ---: | --- |")
    for file in tally.files:
        note = f"cannot be read on: {file.broken.fact}" if file.broken else "stopped" if file.stopped else ""
        yield f"| {table_cell(file.name)} | {file.records:,} | {file.good:,} | {file.bad:,} | {table_cell(note)} |"
    if tally.groups:
        yield from ("", "| Records | Rule | Path |", "| ---: | --- | --- |")
        for rule, path, number in by_number(tally.groups)[:_MOST_GROUPS]:
            yield f"| {number:,} | {table_cell(rule)} | {table_cell(path)} |"
    if tally.shown:
        yield from ("", "| Place | Path | Rule | Reason |", "| --- | --- | --- | --- |")
        for record in tally.shown:
            for reason in record.reasons[:_MOST_REASONS]:
                cells = (f"{record.file}:{record.place}", reason.path, reason.rule, _said(reason))
                yield f"| {' | '.join(table_cell(cell) for cell in cells)} |"
