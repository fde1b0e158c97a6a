"""A login as a program for the official client makes it, on the modules of the same names.

VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom.
"""

import os

from messente.verigator.api import Api

api = Api(
    os.environ["VERIGATOR_USERNAME"],
    os.environ["VERIGATOR_PASSWORD"],
    endpoint=os.environ["VERIGATOR_BASE_URL"],
)

service = api.services.create("http://shop.example.com", "Example shop")
user = api.users.create(service.id, "+3725555555", "jane@example.com")

method = api.auth.initiate(service.id, user.id, api.auth.METHOD_SMS)
while not api.auth.verify(service.id, user.id, input(f"{method} PIN: ")):
    print("That is not it.")
print("Welcome!")
