"""Drawings, as SVG text: pure functions from values to markup, without a browser and without JavaScript."""
