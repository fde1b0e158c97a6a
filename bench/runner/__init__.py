"""Runs the clients of the bench side by side and compares them."""
