"""Embedders and language models: the ports, the embedded defaults, and the makers for others."""
