"""Run with `python -m unittest`, beside app.py."""
