"""Training, evaluation and export of the scene model; the arithmetic is in net.py (training) and reference.py (the exported directory)."""
