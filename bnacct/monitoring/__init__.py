"""Figures, ranges and the two formats that machines watch: the line of a monitoring plugin, and Prometheus text."""
