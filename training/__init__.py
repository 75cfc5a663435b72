"""How the small networks that the package ships are trained. Needs PyTorch; nothing of `rag` imports it."""
