"""Printing: data and a layout in, a PDF out; the fonts at hand; names and dates as each language writes them."""
