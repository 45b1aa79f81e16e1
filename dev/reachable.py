"""Exit code 0 when the MariaDB of the tests answers (TEST_MARIADB, else root without password on this machine)."""

import sys

from tests.support.hosts import MariaDB

if __name__ == "__main__":
    sys.exit(1 if MariaDB().unavailable else 0)
