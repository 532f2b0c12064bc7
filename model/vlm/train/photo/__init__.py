"""The photo tower: NanoDet-g converted to I8 files, its arithmetic in PyTorch, and golden intermediates."""
