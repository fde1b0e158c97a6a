"""Runs the server, and what people host instead, side by side and compares them."""
