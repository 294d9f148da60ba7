"""Analysis of run directories, from their files only: statistics, ambiguous clips, ensembles, prototypes, maps."""
