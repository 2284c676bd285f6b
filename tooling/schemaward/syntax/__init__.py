"""Text to values, with the place of every value. Pure: no file is opened here."""
