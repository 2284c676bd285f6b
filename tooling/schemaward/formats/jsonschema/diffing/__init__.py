"""The semantic diff: canonical graphs of two schemas, walked together."""
