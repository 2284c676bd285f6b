"""The command line: a table of commands, loaded on first use, and the one error boundary."""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from collections.abc import Sequence

import click

from schemaward.cli import exits
from schemaward.errors import SchemawardError, UsageError

COMMANDS: dict[str, str] = {
    "check": "Judge the contracts: schemas, examples, compatibility, history.",
    "codeowners": "Write or check the block of CODEOWNERS that the manifests own.",
    "diff": "Show what changed between two schemas, what it breaks, and the document that proves it.",
    "drift": "Show what in the registry is not what Git says, and what resolves it.",
    "emulator": "Run a local AWS Glue Schema Registry.",
    "explain": "Explain a rule: what it means, why, and what to do.",
    "export": "Derive from contracts: a strict form for language models, Terraform, Pydantic, ODCS.",
    "iam": "Print the IAM policies of the roles that work on a target.",
    "import": "Write the schemas of an existing registry down as contracts.",
    "new": "Scaffold a contract that can evolve.",
    "plan": "Show what a sync would do.",
    "receipts": "Look up version ids and ARNs in the receipts of a sync.",
    "sync": "Bring the registry to what Git says, and write receipts.",
    "validate": "Hold files of records against a contract.",
}

EPILOG = """Exit codes: 0 clean, 1 findings, 2 usage or unreadable input, 3 the registry refused or could not
be reached, 70 a bug of schemaward, 130 interrupted."""


class _LazyGroup(click.Group):
    """Imports ``schemaward.cli.<command>`` only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"schemaward.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from schemaward.rules import suggestions

            hint = suggestions(args[0], COMMANDS) or f"the commands are: {', '.join(COMMANDS)}"
            raise UsageError(f'there is no command "{args[0]}"', hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from schemaward import __version__

        click.echo(f"schemaward {__version__}")
        ctx.exit()


@click.group(
    cls=_LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
@click.option("--debug", is_flag=True, envvar="SCHEMAWARD_DEBUG", help="Show a traceback when schemaward itself fails.")
def _cli(debug: bool) -> None:
    """Data contracts in Git: compatibility proven offline, synced to the AWS Glue Schema Registry."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; nothing but an exit code leaves this function."""
    try:
        result = _cli.main(args=list(arguments), prog_name="schemaward", standalone_mode=False)
        return result if isinstance(result, int) else exits.CLEAN
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        return exits.INTERRUPTED
    except click.ClickException as error:
        _show(_slip(error))
        return exits.USAGE
    except SchemawardError as error:
        _show(error)
        return error.exit_code
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return exits.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (``| head``); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.CLEAN
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes an exit code
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG):
            click.echo(f"error: the output cannot be written: {error.strerror}\n  fix: make room for it", err=True)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return exits.USAGE
        return _bug(error, "--debug" in arguments or bool(os.environ.get("SCHEMAWARD_DEBUG")))


def main() -> None:
    """Entry point of the ``schemaward`` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal of few letters gets escapes, not a crash.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def _slip(error: click.ClickException) -> UsageError:
    """A slip on the command line, told as every error is."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    said = error.format_message().removesuffix(".")
    return UsageError(said[:1].lower() + said[1:], f"see `{context.command_path if context else 'schemaward'} --help`")


def _show(error: SchemawardError) -> None:
    from schemaward.report.values import printable  # names in files are untrusted: none may steer a terminal

    where = f"{error.place}: " if error.place else ""
    click.echo(f"error: {printable(f'{where}{error.fact}')}", err=True)
    if error.remedy:
        click.echo(f"  fix: {printable(error.remedy)}", err=True)


def _bug(error: Exception, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exception(error)
    click.echo(
        f"schemaward failed: {type(error).__name__}: {error}\n"
        "  This is a bug of schemaward. Run again with `schemaward --debug ...` and report the traceback.",
        err=True,
    )
    return exits.BUG
