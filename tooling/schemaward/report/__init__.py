"""Reports as text, one small module a format: values in, text out, no opinion of their own."""

from __future__ import annotations

from collections.abc import Callable

from schemaward.judgement import Report


def _text(report: Report) -> str:
    from schemaward.report import text

    return text.render(report)


def _json(report: Report) -> str:
    from schemaward.report import json

    return json.render(report)


def _github(report: Report) -> str:
    from schemaward.report import github

    return github.render(report)


def _markdown(report: Report) -> str:
    from schemaward.report import markdown

    return markdown.render(report)


RENDERERS: dict[str, Callable[[Report], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "markdown": _markdown,
}
"""The formats of a check's report. Each function imports its module when it is called: one format never loads another."""
