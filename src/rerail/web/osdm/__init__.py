"""OSDM 3.9 as its provider: the interface by which retailers sell this line's trains. Thin over the desk."""
