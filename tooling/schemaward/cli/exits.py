"""The exit codes, the same for every command."""

CLEAN = 0
FINDINGS = 1
USAGE = 2
REGISTRY = 3
BUG = 70
INTERRUPTED = 130
