"""The decision procedure: schemas as formulas, and the search for a document between writer and reader."""
