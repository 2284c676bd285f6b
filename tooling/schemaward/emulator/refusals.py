"""The error answers, each with the text that clients may look for."""

from __future__ import annotations

from schemaward.emulator.state import ApiError


def invalid(message: str) -> ApiError:
    """InvalidInputException."""
    return ApiError("InvalidInputException", message)


def registry_not_found(name: str) -> ApiError:
    """EntityNotFoundException for a registry."""
    return ApiError("EntityNotFoundException", f"Registry is not found. RegistryName: {name}")


def schema_not_found() -> ApiError:
    """EntityNotFoundException for a schema; the AWS serializers compare this very text."""
    return ApiError("EntityNotFoundException", "Schema is not found.")


def version_not_found() -> ApiError:
    """EntityNotFoundException for a version; the AWS serializers compare this very text."""
    return ApiError("EntityNotFoundException", "Schema version is not found.")


def already_exists(message: str) -> ApiError:
    """AlreadyExistsException."""
    return ApiError("AlreadyExistsException", message)


def over_quota(what: str, most: int) -> ApiError:
    """ResourceNumberLimitExceededException."""
    return ApiError("ResourceNumberLimitExceededException", f"The limit of {most} {what} is reached.")


def throttled() -> ApiError:
    """ThrottlingException, in the words that users of AWS report."""
    return ApiError("ThrottlingException", "Rate exceeded")


def concurrent(message: str) -> ApiError:
    """ConcurrentModificationException."""
    return ApiError("ConcurrentModificationException", message)
