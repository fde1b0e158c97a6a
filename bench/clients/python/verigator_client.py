"""This library from Python: one client, which all threads share."""

from __future__ import annotations

from functools import partial

import measure
import verigator


def make(target: measure.Target) -> measure.Call:
    """Makes the client."""
    options: verigator.Options = {"base_url": target.url}
    if target.ca is not None:
        options["ca_file"] = target.ca
    client = verigator.Client(measure.USERNAME, measure.PASSWORD, **options)
    verify = partial(client.verify, measure.SERVICE_ID, measure.USER_ID, measure.TOKEN)
    return lambda: verify().verified


measure.main(make)
