"""Data sets in the form in which they are distributed: one module each, whose `load` returns a `ClipTable`."""
