"""`requests` with a session, which keeps its connections."""

from __future__ import annotations

from functools import partial

import measure
import requests
import verify

measure.main(partial(verify.make, request=requests.Session().request))
