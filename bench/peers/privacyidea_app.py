"""privacyIDEA as gunicorn runs it."""

from privacyidea.app import create_app
from privacyidea_settings import settings_file

application = create_app(config_name="production", config_file=str(settings_file()), silent=True)
