"""`requests` as the official Python client uses it: without a session, so a connection per call."""

from __future__ import annotations

from functools import partial

import measure
import requests
import verify

measure.main(partial(verify.make, request=requests.request))
