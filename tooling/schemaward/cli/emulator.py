"""``schemaward emulator``: run a local AWS Glue Schema Registry."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from schemaward.errors import UsageError


@click.command("emulator")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; beyond this machine at your risk."
)
@click.option(
    "--port", default=4567, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="Keep the registry in this file.")
@click.option(
    "--pending",
    default=1,
    show_default=True,
    type=click.IntRange(0, 1000),
    help="Calls until a registration or deletion has settled; 0 is at once.",
)
@click.option("--account", default="123456789012", show_default=True, help="Account id, twelve digits.")
@click.option(
    "--undecided",
    default="accept",
    show_default=True,
    type=click.Choice(["accept", "refuse"]),
    help="What becomes of a version whose compatibility is not decided.",
)
def command(host: str, port: int, state: Path | None, pending: int, account: str, undecided: str) -> None:
    """Run a local AWS Glue Schema Registry.

    It answers the real boto3 client and the AWS CLI. The line on standard output sets up a shell for it.
    """
    from schemaward.emulator.server import running
    from schemaward.emulator.state import Options

    if not (len(account) == 12 and account.isascii() and account.isdigit()):
        raise UsageError(f'the account id "{account}" is not twelve digits', "for example --account 123456789012")
    options = Options(pending=pending, accept_undecided=undecided == "accept")
    stopped = threading.Event()
    with running(options, host=host, port=port, account=account, state_file=state) as url:
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        click.echo(
            f"export AWS_ENDPOINT_URL={url} AWS_DEFAULT_REGION=us-east-1"
            " AWS_ACCESS_KEY_ID=emulator AWS_SECRET_ACCESS_KEY=emulator"
        )
        click.echo("The registry is ready. Ctrl-C stops it.", err=True)
        # In short waits: on Windows Ctrl-C does not end a wait without a time limit.
        while not stopped.wait(0.5):
            pass
