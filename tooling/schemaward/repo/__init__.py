"""The repository: trees of files, manifests, the catalog of contracts, CODEOWNERS. Input happens here and in ``cli``."""
