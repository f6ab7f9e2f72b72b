"""The limits as an application, for gunicorn."""

from importlib import import_module

from django.core.wsgi import get_wsgi_application

get_wsgi_application()
# Not before: its models need the settings.
application = import_module("bench.served").BareHandler()
