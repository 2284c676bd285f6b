"""JSON Schema: Draft-04, -06, -07, and offline 2019-09 and 2020-12."""
