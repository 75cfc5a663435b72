"""`python -m rag.cli`."""

from __future__ import annotations

import sys

from rag.cli import main

sys.exit(main())
