"""The strict form of a contract that a provider of language models holds its answers to."""
