"""Rows, tokens and the order in which they are met. No tensors."""
