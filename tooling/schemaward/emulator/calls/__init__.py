"""One function a call, in one file a subject; ``machine.CALLS`` is their table."""
