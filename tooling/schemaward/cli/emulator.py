"""``schemaward emulator``: run a local AWS Glue Schema Registry."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaward.errors import InputError, UsageError
from schemaward.model import Place

if TYPE_CHECKING:
    from schemaward.emulator.faults import Script


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
@click.option("--rate", type=click.FloatRange(0, min_open=True), help="Throttle above this many calls a second.")
@click.option("--quota", multiple=True, metavar="NAME=N", help="Another quota, such as versions=1000; repeatable.")
@click.option(
    "--assume", multiple=True, metavar="NAME=WORD", help="Another answer where AWS leaves it open; repeatable."
)
@click.option("--faults", type=click.Path(dir_okay=False, path_type=Path), help="Let calls go wrong as this file says.")
def command(
    host: str,
    port: int,
    state: Path | None,
    pending: int,
    account: str,
    rate: float | None,
    quota: tuple[str, ...],
    assume: tuple[str, ...],
    faults: Path | None,
) -> None:
    """Run a local AWS Glue Schema Registry.

    It answers the real boto3 client and the AWS CLI. The line on standard output sets up a shell for it.
    """
    from schemaward.emulator.options import Options, assumptions, quotas
    from schemaward.emulator.server import serving
    from schemaward.emulator.service import Service

    if not (len(account) == 12 and account.isascii() and account.isdigit()):
        raise UsageError(f'the account id "{account}" is not twelve digits', "for example --account 123456789012")
    options = Options(pending=pending, rate=rate, quotas=quotas(quota), assume=assumptions(assume))
    service = Service(options, account=account, state_file=state)
    if faults is not None:
        service.play(*_script(faults))
    stopped = threading.Event()
    with serving(service, host, port) as url:
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        click.echo(
            f"export AWS_ENDPOINT_URL={url} AWS_DEFAULT_REGION=us-east-1"
            " AWS_ACCESS_KEY_ID=emulator AWS_SECRET_ACCESS_KEY=emulator"
        )
        click.echo("The registry is ready. Ctrl-C stops it.", err=True)
        # In short waits: on Windows Ctrl-C does not end a wait without a time limit.
        while not (stopped.wait(0.5) or service.killed.is_set()):
            pass
    if service.killed.is_set():
        click.echo("A scripted fault has ended the registry.", err=True)


def _script(path: Path) -> Script:
    from schemaward.emulator.faults import parsed
    from schemaward.emulator.service import OPERATIONS

    try:
        return parsed(path.read_bytes(), OPERATIONS)
    except OSError as error:
        raise InputError(
            f"the faults cannot be read: {error.strerror}", "name another file", Place(str(path))
        ) from None
    except InputError as error:
        raise InputError(error.fact, error.remedy, Place(str(path))) from None
