"""Holdfast's engine on PyTorch: fine-tunes a language model and measures what it forgets meanwhile."""

VERSION = "0.1.0"
