"""Basic tools without dependencies on other packages of mglib: errors, folders, safe writing, locks, limits."""
