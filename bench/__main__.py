"""`python -m bench [folder|life|http|engine|counter|lists|osdm …]`."""

import sys

from bench import counter, engine, folder, http, life, lists, osdm

PARTS = {
    "folder": folder.run,
    "life": life.run,
    "http": http.run,
    "engine": engine.run,
    "counter": counter.run,
    "lists": lists.run,
    "osdm": osdm.run,
}


def main() -> int:
    """Run the parts named, or all."""
    wanted = sys.argv[1:] or list(PARTS)
    for name in wanted:
        if name not in PARTS:
            print(f'There is no part "{name}"; there are {", ".join(PARTS)}.', file=sys.stderr)
            return 2
        PARTS[name]()
    return 0


sys.exit(main())
