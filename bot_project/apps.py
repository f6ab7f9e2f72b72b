from django.contrib.admin.apps import AdminConfig


class AdminSite(AdminConfig):
    default_site = "bot_project.admin_site.OfficeSite"
