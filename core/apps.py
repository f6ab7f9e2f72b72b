from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from core import sql


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        # Once per command, not once per app: this app's turn stands for all.
        pre_migrate.connect(sql.drop, sender=self)
        post_migrate.connect(sql.create, sender=self)
