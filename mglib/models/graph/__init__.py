"""Graph networks on joints: a common structure of 10 blocks with five kinds of spatial and temporal units."""

from .network import NETWORKS, GraphNetwork, Units, graph_network
from .topology import adjacency

__all__ = ["NETWORKS", "GraphNetwork", "Units", "adjacency", "graph_network"]
