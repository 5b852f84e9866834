"""A retailer's machine, written from OSDM's specification alone, against a provider that was started by hand.

`judge.py` and `machine.py` know addresses and bodies, and nothing of the project; `test_outsider.py` sees to that.
"""
