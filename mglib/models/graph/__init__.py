"""Graph networks over joints: one scaffold of 10 blocks, five pairs of spatial and temporal unit."""

from .network import NETWORKS, GraphNetwork, Units, graph_network
from .topology import adjacency

__all__ = ["NETWORKS", "GraphNetwork", "Units", "adjacency", "graph_network"]
