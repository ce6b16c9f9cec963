"""The one door for people who build, try or check assetpool: `python3 dev.py run|test|check|bench|setup|lock`.

Needs only Python 3.11 or newer. This file itself is written so that an older Python can read it and say what is missing.
"""

import os
import shutil
import sys

NEEDED = (3, 11)
USAGE = """usage: python3 dev.py COMMAND

  run                      set everything up, make the demonstration world if there is no data yet, start the server
                           (HOST and PORT choose the address, default 127.0.0.1 and 8000; --https makes a local
                           authority first and serves HTTPS, as later starts do; --http does not)
  test [--sqlite|--postgres] [pytest arguments]
                           the whole suite on SQLite and on a real PostgreSQL; arguments narrow it
  check                    format, lint, types, import contracts, translations, migrations; under a minute
  bench [arguments]        the benchmark: a table, and JSON beside it
  setup                    environment, browser parts and translations, and nothing else
  lock [--upgrade]         write the lock files anew from pyproject.toml (needs uv)
"""


def insist_on_python():
    """Go on with a newer Python from the path if there is one, else say plainly what is needed."""
    if sys.version_info >= NEEDED:
        return
    for minor in range(20, NEEDED[1] - 1, -1):
        found = shutil.which("python3.%d" % minor) if hasattr(shutil, "which") else None
        if found:
            os.execv(found, [found] + sys.argv)
    sys.exit(
        "assetpool needs Python %d.%d or newer; this is %d.%d (%s).\n"
        "Install a newer one (Debian 12 and Ubuntu 24.04 have it; on macOS: brew install python) and start again with it."
        % (NEEDED + tuple(sys.version_info[:2]) + (sys.executable,))
    )


def main(arguments):
    """Carry out one command; return the exit status."""
    insist_on_python()
    from tooling import checks, environment, locks, server, suite

    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    commands = {
        "run": server.run,
        "test": suite.test,
        "check": checks.check,
        "bench": suite.bench,
        "setup": environment.setup,
        "lock": locks.lock,
    }
    if command not in commands:
        print(USAGE)
        return 0 if command in {"", "-h", "--help", "help"} else 2
    try:
        return commands[command](rest)
    except environment.Stopped as problem:
        print("\n%s" % problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
