"""What a failed call says to the user: which call, on which target, with which code, and what to do."""

from __future__ import annotations

from schemaward.errors import RegistryError
from schemaward.model import RegistryKind, Target

_LONGEST = 300

_EXPIRED = "renew the credentials (log in again, or let the job assume its role anew) and {again}"
_INVALID = "check which credentials are in use (`aws sts get-caller-identity`) and that they belong to this partition"
_THROTTLED = "AWS is throttling the account: {later}"
_NO_CREDENTIALS = (
    "give credentials in one of the ways of the AWS CLI (AWS_PROFILE, environment variables, an OIDC role in CI){local}"
)
_UNREACHABLE = "check the network, and `endpoint` and `region`{of}{running}"
_SLOW = "check the network and {on}"
_NOT_GLUE = "check `endpoint`{of}: what answers there is not the AWS Glue API, or a proxy stands in between"
_TROUBLE = "AWS, or a proxy in between, is in trouble: {on}; if it stays so, check `endpoint`{of}"
_CHANGING = "something else is changing the same schema: let it finish, then {again}"
_QUOTA = "the account has reached a quota of AWS Glue Schema Registry (10,000 versions over all schemas, 100 registries): delete what is not used"

_FULL = "a version takes ten pairs of metadata: remove what others wrote with `aws glue remove-schema-version-metadata`"

_REMEDIES: dict[str, str] = {
    "ConcurrentModificationException": _CHANGING,
    "ConnectTimeoutError": _UNREACHABLE,
    "ConnectionClosedError": _UNREACHABLE,
    "CredentialRetrievalError": _NO_CREDENTIALS,
    "EndpointConnectionError": _UNREACHABLE,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "HTTPClientError": "check `endpoint`{of} and the proxy settings (HTTPS_PROXY, NO_PROXY)",
    "IncompleteReadError": _NOT_GLUE,
    "IncompleteSignatureException": _INVALID,
    "InternalServiceException": _SLOW,
    "InvalidClientTokenId": _INVALID,
    "InvalidSignatureException": _INVALID,
    "MissingAuthenticationTokenException": _INVALID,
    "NoCredentialsError": _NO_CREDENTIALS,
    "NoRegionError": "{region}",
    "PartialCredentialsError": _NO_CREDENTIALS,
    "ProxyConnectionError": "check the proxy settings (HTTPS_PROXY, NO_PROXY)",
    "ReadTimeoutError": _SLOW,
    "RequestExpired": "check the clock of this machine, then renew the credentials",
    "ResourceNumberLimitExceededException": _QUOTA,
    "ResponseStreamingError": _NOT_GLUE,
    "SSLError": "check `endpoint`{of} and the certificates of this machine (AWS_CA_BUNDLE)",
    "SSOTokenLoadError": _EXPIRED,
    "SignatureDoesNotMatch": _INVALID,
    "ThrottlingException": _THROTTLED,
    "TokenRetrievalError": _EXPIRED,
    "TooManyRequestsException": _THROTTLED,
    "UnauthorizedSSOTokenError": _EXPIRED,
    "UnrecognizedClientException": _INVALID,
}


_OF_A_COMMAND = {
    "again": "run the command again",
    "later": "run the command again later, it goes on where it stopped",
    "on": "run the command again, it goes on where it stopped",
    "of": " of the target",
    "local": "; without AWS use `--target local`",
    "region": "give the target a `region` in contracts/registries.yaml",
    "endpoint": "mend `endpoint` in contracts/registries.yaml",
}
_OF_A_PROGRAM = {
    "again": "try again",
    "later": "try again later",
    "on": "try again",
    "of": "",
    "local": "",
    "region": "give a `region`, or set AWS_REGION",
    "endpoint": "give another `endpoint`",
}
"""What remedies say to programs, which have no target with a name, and run no command."""

_THROTTLING = frozenset({"RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"})
_UNANSWERED = frozenset(
    {
        "ConnectTimeoutError",
        "ConnectionClosedError",
        "EndpointConnectionError",
        "HTTPClientError",
        "IncompleteReadError",
        "ProxyConnectionError",
        "ReadTimeoutError",
        "ResponseStreamingError",
    }
)
_SERVER_FAULTS = frozenset({"InternalServiceException", "OperationTimeoutException", "500", "502", "503", "504"})
_TRIES_AFTER_THROTTLING = 10
_TRIES_AFTER_SILENCE = 3

OUT_OF_TIME = "OutOfTime"
"""The code of a call that was not made because the time of the run is over."""

LOST = "Lost"
"""The code of a call that was not made because another sync has taken over."""


class CallError(RegistryError):
    """A call that failed. ``code`` is the error code of AWS, the name of the botocore exception, or one of ours."""

    def __init__(self, fact: str, remedy: str, code: str) -> None:
        super().__init__(fact, remedy)
        self.code = code

    @property
    def tries(self) -> int:
        """How often a call that fails like this is made in all."""
        if self.code in _THROTTLING:
            return _TRIES_AFTER_THROTTLING
        return _TRIES_AFTER_SILENCE if self.code in _UNANSWERED | _SERVER_FAULTS else 1

    @property
    def ends_the_run(self) -> bool:
        """True when every other call would fail alike: nobody answers, the credentials are no good, time is over."""
        remedy = _REMEDIES.get(self.code)
        return self.code in _UNANSWERED | {OUT_OF_TIME, LOST} or remedy in (_EXPIRED, _INVALID, _NO_CREDENTIALS)


def failed_call(target: Target, operation: str, error: Exception) -> CallError:
    """The failure of ``operation`` (a botocore name) for an exception of botocore."""
    response = getattr(error, "response", None)
    detail = response.get("Error", {}) if isinstance(response, dict) else {}
    code = str(detail.get("Code") or type(error).__name__)
    message = one_line(str(detail.get("Message") or error))
    # The call that was really made: EventBridge is asked in the words of Glue, and has others.
    name = getattr(error, "operation_name", None) or api_name(operation)
    if code.isdigit():
        # botocore puts the HTTP status here when the body holds no error type. A load balancer in front of AWS sends none.
        fact = f"{name} on {_of(target)} was answered with HTTP {code} and no error code: {message}"
        return CallError(fact, _for(target, _TROUBLE if code.startswith("5") else _NOT_GLUE), code)
    if code in ("AccessDeniedException", "AccessDenied"):
        return CallError(f"{name} on {_of(target)} was denied: {message}", _permission(target, name), code)
    if operation == "put_schema_version_metadata" and code == "ResourceNumberLimitExceededException":
        return CallError(f"{name} on {_of(target)} failed: {code}: {message}", _FULL, code)
    remedy = _REMEDIES.get(code, "read the message of AWS; {again} when its cause is mended")
    return CallError(f"{name} on {_of(target)} failed: {code}: {message}", _for(target, remedy), code)


def garbage(target: Target, operation: str, detail: str) -> CallError:
    """An answer that is not one of the AWS Glue API."""
    fact = (
        f"{api_name(operation)} on {_of(target)} was answered with something that is not AWS Glue: {one_line(detail)}"
    )
    return CallError(fact, _for(target, _NOT_GLUE), "Garbage")


def no_session(target: Target, error: Exception) -> RegistryError:
    """The AWS settings of the user, or the endpoint of the target, cannot be used at all."""
    code = type(error).__name__
    if isinstance(error, ValueError):
        return RegistryError(f"{_of(target)} cannot be used: {one_line(str(error))}", _for(target, "{endpoint}"))
    remedy = _REMEDIES.get(code, "check AWS_PROFILE and the AWS configuration files")
    return RegistryError(f"{_of(target)} cannot be used: {code}: {one_line(str(error))}", _for(target, remedy))


def one_line(message: str) -> str:
    """``message`` on one line, printable and of bounded length: it comes from outside and goes to a terminal."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in message).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


def _of(target: Target) -> str:
    where = target.endpoint or target.region or "no region"
    if not target.name:
        return f'the registry "{target.registry}" ({where})'
    return f'target "{target.name}" (registry {target.registry}, {where})'


def _for(target: Target, remedy: str) -> str:
    """A remedy in the words of whoever asks. Only the emulator is spoken to without TLS."""
    running = "; is the emulator running?" if (target.endpoint or "").startswith("http:") else ""
    return remedy.format_map({**(_OF_A_COMMAND if target.name else _OF_A_PROGRAM), "running": running})


def _permission(target: Target, name: str) -> str:
    if name == "GetCallerIdentity":
        return "no policy is needed for this call: an explicit deny, or a policy of the organisation, forbids it"
    if name == "AssumeRole":
        return "let the role that the target names trust the credentials in use (`schemaward iam --trust`), and allow them sts:AssumeRole on it"
    if name == "GetSchemaVersion":
        return 'allow glue:GetSchemaVersion on resource "*": by version id, AWS cannot limit it to a registry'
    service = "schemas" if target.kind is RegistryKind.EVENTBRIDGE else "glue"
    if name.startswith("Delete"):
        return f"use the role `prune` of `schemaward iam`: `apply` denies every deletion; or allow {service}:{name} to the role in use where nothing denies it"
    return f"allow {service}:{name} to the role in use, on the ARNs of the registry and of its schemas"


def api_name(operation: str) -> str:
    """The name of a call in the API of AWS: ``GetSchema`` for ``get_schema``."""
    return "".join(part.capitalize() for part in operation.split("_"))
