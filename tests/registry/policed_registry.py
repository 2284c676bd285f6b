"""An emulator that obeys an IAM policy: what it does not allow is refused as AWS refuses it."""

from __future__ import annotations

from typing import Any

from schemaward.emulator.service import Service
from schemaward.emulator.state import ApiError
from schemaward.registry.iam import Policy


class Policed(Service):
    """An emulator for somebody whose role has ``policy``, all resources of one registry being in question."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.policy = policy

    def call(self, scope: Any, operation: str, request: Any) -> Any:
        # A version that is addressed by its id alone has no ARN that a policy could name.
        unlimited = operation == "GetSchemaVersion" and "SchemaVersionId" in request
        if allowed(self.policy, f"glue:{operation}", unlimited):
            return super().call(scope, operation, request)
        message = f"User is not authorized to perform: glue:{operation} because no identity-based policy allows it"
        return ApiError("AccessDeniedException", message)


def allowed(policy: Policy, action: str, unlimited: bool = False) -> bool:
    """What IAM decides on these policies: a deny outweighs, and nothing is allowed unless it is said."""
    matching = [statement for statement in policy["Statement"] if action in statement["Action"]]
    if any(statement["Effect"] == "Deny" for statement in matching):
        return False
    return any(not unlimited or statement["Resource"] == ["*"] for statement in matching)
