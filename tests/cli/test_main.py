"""The command line itself: help, version, slips, and the one error boundary."""

from __future__ import annotations

import pytest

from schemaward.cli import COMMANDS, run


def test_every_command_of_the_table_can_be_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        assert run([name, "--help"]) == 0
        assert capsys.readouterr().out.startswith(f"Usage: schemaward {name}")


def test_a_misspelt_command_is_told_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["chek"]) == 2
    assert capsys.readouterr().err == 'error: there is no command "chek"\n  fix: did you mean "check"?\n'


def test_a_word_that_is_near_no_command_is_told_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["zzz"]) == 2
    assert "the commands are: check, " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "fact", "command"),
    [
        (["check", "--format", "x"], "invalid value for '--format': 'x' is not one of ", "schemaward check"),
        (["--foo"], "no such option", "schemaward"),
        (["diff", "a"], "missing argument 'NEW'", "schemaward diff"),
    ],
)
def test_a_slip_in_the_options_is_told_as_every_error(
    arguments: list[str], fact: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    told, fix = capsys.readouterr().err.splitlines()
    assert told.startswith(f"error: {fact}")
    assert fix == f"  fix: see `{command} --help`"


def test_help_shows_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert "Exit codes: 0 clean, 1 findings" in capsys.readouterr().out


def test_a_bug_of_ours_is_no_traceback(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("schemaward.repo.trees.WorkTree.files", broken)
    monkeypatch.delenv("SCHEMAWARD_DEBUG", raising=False)
    assert run(["check"]) == 70
    error = capsys.readouterr().err
    assert error.startswith("schemaward failed: ZeroDivisionError: division by zero")
    assert "Traceback" not in error
    assert run(["--debug", "check"]) == 70
    assert "Traceback" in capsys.readouterr().err
