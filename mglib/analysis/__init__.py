"""What run directories say, from their files alone: statistics, ambiguous clips, ensembles, prototypes, maps."""
