"""How a node of each kind begins, and how it ends well or badly."""
