"""`python -m swc_mailer` is `swc-mailer`."""

import sys

from swc_mailer.cli import main

sys.exit(main())
