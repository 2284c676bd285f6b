"""The smallest edit of a new schema that makes it compatible with the old ones."""
