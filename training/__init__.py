"""How the small networks and models that the package ships are trained. The networks need PyTorch."""
