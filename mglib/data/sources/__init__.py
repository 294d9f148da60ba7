"""Data sets as their owners hand them out: a module each, whose `load` returns a `ClipTable`."""
