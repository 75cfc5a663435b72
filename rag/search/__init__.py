"""Finding passages: vectors and keywords fused, spread over articles."""
