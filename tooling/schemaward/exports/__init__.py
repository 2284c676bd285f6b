"""What is derived from contracts for other tools. Values in, text out; nothing here is a source of truth."""
