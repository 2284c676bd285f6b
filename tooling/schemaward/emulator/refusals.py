"""The error answers, each with the text that clients may look for.

Source of the texts: awslabs/aws-glue-schema-registry (what its serializers look for; issues 143 and 259), and what moto
recorded of AWS. Where both are silent, the words are ours.
"""

from __future__ import annotations

from schemaward.emulator.state import ApiError, Request, Schema


def invalid(message: str) -> ApiError:
    """InvalidInputException."""
    return ApiError("InvalidInputException", message)


def registry_not_found(identifier: Request) -> ApiError:
    """EntityNotFoundException for a RegistryId: a name or an ARN."""
    named = ", ".join(f"{name}: {value}" for name, value in identifier.items())
    return ApiError("EntityNotFoundException", f"Registry is not found. {named}")


def schema_not_found(identifier: Request) -> ApiError:
    """EntityNotFoundException for a SchemaId; the AWS serializers look for the first sentence."""
    return ApiError("EntityNotFoundException", f"Schema is not found. {_shown(identifier)}")


def version_not_found(where: str = "") -> ApiError:
    """EntityNotFoundException for a version; the AWS serializers look for the first sentence."""
    return ApiError("EntityNotFoundException", f"Schema version is not found. {where}".strip())


def version_not_found_by_id(version_id: str) -> ApiError:
    """EntityNotFoundException for a SchemaVersionId."""
    return version_not_found(f"SchemaVersionId: {version_id}")


def version_not_found_by_number(schema: Schema, number: int | None) -> ApiError:
    """EntityNotFoundException for a version of a schema by its number, None for the latest."""
    named = _shown({"RegistryName": schema.registry, "SchemaName": schema.name})
    latest = "true" if number is None else "false"
    return version_not_found(f"{named}, VersionNumber: {number or 'null'}, isLatestVersion: {latest}")


def _shown(identifier: Request) -> str:
    return ", ".join(f"{name}: {identifier.get(name, 'null')}" for name in ("RegistryName", "SchemaName", "SchemaArn"))


def already_exists(message: str) -> ApiError:
    """AlreadyExistsException."""
    return ApiError("AlreadyExistsException", message)


def over_quota(message: str) -> ApiError:
    """ResourceNumberLimitExceededException."""
    return ApiError("ResourceNumberLimitExceededException", message)


def no_more(what: str) -> ApiError:
    """ResourceNumberLimitExceededException for registries and schema versions."""
    return over_quota(f"More {what} cannot be created. The maximum limit has been reached.")


def throttled() -> ApiError:
    """ThrottlingException, in the words that users of AWS report."""
    return ApiError("ThrottlingException", "Rate exceeded")


def concurrent(message: str) -> ApiError:
    """ConcurrentModificationException."""
    return ApiError("ConcurrentModificationException", message)
