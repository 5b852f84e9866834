"""How fast, and against what: every figure is a ratio to a baseline measured in the same run.

`python -m bench` runs all of it; `python -m bench folder`, `life` or `http` one part. Single times on a
shared machine mean little, so each figure is the median of several runs and the ratio is taken run by run.
"""
