"""This library from Python: one client, which all threads share."""

from __future__ import annotations

from functools import partial

import measure
import verigator


def options(target: measure.Target) -> verigator.Options:
    """What is not as it is by default."""
    options: verigator.Options = {"base_url": target.url}
    if target.ca is not None:
        options["ca_file"] = target.ca
    return options


def make(target: measure.Target) -> measure.Call:
    """Makes the client."""
    client = verigator.Client(measure.USERNAME, measure.PASSWORD, **options(target))
    verify = partial(client.verify, measure.SERVICE_ID, measure.USER_ID, measure.TOKEN)
    return lambda: verify().verified


if __name__ == "__main__":
    measure.main(make)
