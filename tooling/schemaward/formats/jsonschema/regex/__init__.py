"""Regular expressions as JSON Schema uses them: ECMA 262 syntax, languages, and their place among formulas."""
