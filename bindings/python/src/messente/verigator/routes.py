"""Where the service is."""

URL = "https://api.verigator.com"
